// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using SharpFuzz;

namespace OpenAmp.Fuzz.Tests;

/// <summary>The libraries once more, with every branch counted, beside those that the other tests run on.</summary>
/// <remarks>The targets are loaded again too, so that they are bound to these libraries. Each campaign has a context of
/// its own: what static fields hold is then the same at the start of each.</remarks>
internal sealed class InstrumentedContext : AssemblyLoadContext
{
    private static readonly string s_targets = typeof(InstrumentedContext).Assembly.GetName().Name!;

    private static readonly Lazy<IReadOnlyDictionary<string, byte[]>> s_assemblies = new(Instrument);

    public InstrumentedContext()
        : base("instrumented")
    {
    }

    /// <summary>Finds a target in the instrumented copy.</summary>
    public ReadOnlySpanAction Find(FuzzTarget target)
        => LoadFromAssemblyName(new AssemblyName(s_targets))
            .GetType(target.Type.FullName!, throwOnError: true)!
            .GetMethod(FuzzTarget.MethodName, BindingFlags.Public | BindingFlags.Static)!
            .CreateDelegate<ReadOnlySpanAction>();

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (!s_assemblies.Value.TryGetValue(assemblyName.Name ?? "", out byte[]? bytes))
        {
            return null;
        }

        using var stream = new MemoryStream(bytes, writable: false);
        return LoadFromStream(stream);
    }

    // The rewriter works on files, in a folder of their own, which is removed again.
    private static Dictionary<string, byte[]> Instrument()
    {
        string folder = Directory.CreateTempSubdirectory("openamp-fuzz-").FullName;
        try
        {
            return Directory.EnumerateFiles(AppContext.BaseDirectory, "OpenAmp.*.dll")
                .ToDictionary(file => Path.GetFileNameWithoutExtension(file), file => Instrument(file, folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] Instrument(string file, string folder)
    {
        string copy = Path.Combine(folder, Path.GetFileName(file));
        File.Copy(file, copy);
        bool isTargets = Path.GetFileNameWithoutExtension(file) == s_targets;

        // Of the targets themselves only the planted bugs count as code under test.
        bool IsCounted(string type) => !isTargets || type.Contains(".Planted", StringComparison.Ordinal);
        _ = Fuzzer.Instrument(copy, IsCounted, Options.Value).Count();
        return File.ReadAllBytes(copy);
    }
}
