// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>One line of the kernel's log.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Device">The device that it is about, such as <c>+remoteproc:remoteproc0</c>; empty when it does not
/// say.</param>
internal readonly record struct KernelLogLine(string Text, string Device);
