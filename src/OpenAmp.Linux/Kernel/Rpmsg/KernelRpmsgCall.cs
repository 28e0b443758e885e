// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>What was asked of the kernel: with the error number it says what is meant.</summary>
internal enum KernelRpmsgCall
{
    OpenControl,
    OpenEndpoint,
    OpenTty,
    CreateEndpoint,
    CreateDevice,
    ReleaseDevice,
    DestroyEndpoint,
    FlowControl,
    Read,
    Write,
    WriteTty,
}
