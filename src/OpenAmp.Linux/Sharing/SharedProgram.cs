// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Reflection;

namespace OpenAmp.Linux;

/// <summary>This program, as it names itself to others.</summary>
internal static class SharedProgram
{
    internal static string Name { get; } = Assembly.GetEntryAssembly()?.GetName().Name
        ?? Path.GetFileName(Environment.ProcessPath) ?? "a program";
}
