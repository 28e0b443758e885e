// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace OpenAmp.Tool.Services;

/// <summary>The program that is running, to be started once more.</summary>
internal static class OwnProgram
{
    private const string Host = "dotnet";

    /// <summary>Its file: an executable, or the host that runs its DLL.</summary>
    public static string FilePath => Environment.ProcessPath!;

    /// <summary>Whether it is one native binary, with no file beside it.</summary>
    public static bool IsNative => !RuntimeFeature.IsDynamicCodeSupported;

    /// <summary>How it is started with other arguments: alike whether it runs as <c>dotnet x.dll</c>, as an executable
    /// beside its DLL, or as one native binary.</summary>
    /// <param name="arguments">What it is given.</param>
    public static ProcessStartInfo StartInfo(params string[] arguments)
    {
        bool underHost = Path.GetFileNameWithoutExtension(FilePath) == Host;
        return new ProcessStartInfo(FilePath, underHost ? [EntryFile(), .. arguments] : arguments);
    }

    // Only asked for under the host, where the program is a file of this name beside its libraries.
    private static string EntryFile()
        => Path.Combine(AppContext.BaseDirectory, Assembly.GetEntryAssembly()!.GetName().Name + ".dll");
}
