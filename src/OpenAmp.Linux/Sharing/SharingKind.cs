// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>What a socket in the sharing directory leads to.</summary>
internal enum SharingKind
{
    Processor,
    Link,
}
