// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Output;

/// <summary>One function's part of a firmware.</summary>
internal sealed record FirmwareSizeItem(string Name, ulong Bytes);
