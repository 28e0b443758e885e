// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;

namespace OpenAmp.Linux.Tests.Kernel.Remoteproc;

/// <summary>A kernel's remoteproc behind a directory: the files that it shows, the state machine of its core, and its
/// log. What is written goes through <see cref="Store"/>, which answers as the kernel does.</summary>
internal sealed class FakeKernel : IDisposable
{
    private readonly List<FakeProcessor> _processors = [];
    private readonly Lock _lock = new();
    private int _sequence;

    public FakeKernel(bool hasLog = true)
    {
        Root = new KernelRoot(Directory.CreateTempSubdirectory("openamp-kernel-").FullName);
        Directory.CreateDirectory(At("/sys/class/remoteproc"));
        Directory.CreateDirectory(At("/sys/class/devcoredump"));
        Directory.CreateDirectory(At("/lib/firmware"));
        Write("/proc/sys/kernel/osrelease", "6.1.0-fake\n");
        if (hasLog)
        {
            Write("/dev/kmsg", "6,0,0,-;Linux version\n");
        }
    }

    public KernelRoot Root { get; }

    /// <summary>Every write, as "attribute=word".</summary>
    public List<string> Writes { get; } = [];

    public string At(string path) => Root.At(path);

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

    public FakeProcessor Add(string name, string device = "10000000.m4", string? node = "/soc/m4@10000000")
    {
        var processor = new FakeProcessor(this, _processors.Count, name, device, node);
        _processors.Add(processor);
        return processor;
    }

    /// <summary>Sets the firmware search path, as an echo with or without -n does.</summary>
    public void SetSearchPath(string directory, bool hasNewline = false)
    {
        Directory.CreateDirectory(At(directory));
        Write(FirmwareSearchPath.Parameter, directory + (hasNewline ? "\n\n" : "\n"));
    }

    public void Log(string node, string text)
    {
        if (File.Exists(At("/dev/kmsg")))
        {
            lock (_lock)
            {
                File.AppendAllText(At("/dev/kmsg"), string.Create(
                    CultureInfo.InvariantCulture,
                    $"3,{++_sequence},{_sequence * 1000},-;remoteproc {node}: {text}\n SUBSYSTEM=remoteproc\n"
                    + $" DEVICE=+remoteproc:{node}\n"));
            }
        }
    }

    public KernelStoreResult Store(string path, ReadOnlySpan<byte> word)
    {
        string text = Encoding.UTF8.GetString(word);
        string relative = Path.GetRelativePath(Root.Path, path);
        lock (_lock)
        {
            Writes.Add($"{Path.GetFileName(path)}={text}");
        }

        FakeProcessor processor = relative.StartsWith("sys/class/devcoredump", StringComparison.Ordinal)
            ? _processors.Single(processor => processor.HasDump(path))
            : _processors.Single(processor => relative.Split('/').Contains(processor.Node));
        return processor.Store(Path.GetFileName(path), text);
    }

    public void Dispose() => Directory.Delete(Root.Path, recursive: true);
}
