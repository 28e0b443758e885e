// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>The pipes for the output streams of a child that is about to start. Closes all when disposed, but after
/// <see cref="HandOver"/> only the child's ends.</summary>
internal sealed unsafe class ChildPipes : IDisposable
{
    private readonly List<ChildOutput> _outputs = [];
    private bool _handedOver;

    internal ChildPipes(ChildProcessOptions options)
    {
        try
        {
            OutputWriter = Add(options, options.StandardOutput, isError: false);
            ErrorWriter = Add(options, options.StandardError, isError: true);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The child's standard output; <see langword="null"/> unless its mode is Lines.</summary>
    internal SafeFileHandle? OutputWriter { get; }

    /// <summary>The child's standard error; <see langword="null"/> unless its mode is Lines.</summary>
    internal SafeFileHandle? ErrorWriter { get; }

    /// <summary>Our ends.</summary>
    internal IReadOnlyList<ChildOutput> Outputs => _outputs;

    /// <summary>Our ends belong to the child's owner from now on.</summary>
    internal void HandOver() => _handedOver = true;

    public void Dispose()
    {
        // The child's ends must be its own alone, or its streams would never end.
        OutputWriter?.Dispose();
        ErrorWriter?.Dispose();
        if (!_handedOver)
        {
            _outputs.ForEach(static output => output.Dispose());
        }
    }

    private SafeFileHandle? Add(ChildProcessOptions options, ChildOutputMode mode, bool isError)
    {
        if (mode != ChildOutputMode.Lines)
        {
            return null;
        }

        int* ends = stackalloc int[2];
        if (Interop.pipe2(ends, Interop.O_CLOEXEC) != 0)
        {
            throw Interop.Failure("pipe2", $"an output of \"{options.Path}\"", Interop.LastErrno,
                "Raise the limit of open files (ulimit -n).");
        }

        _outputs.Add(new ChildOutput(new SafeFileHandle(ends[0], ownsHandle: true), isError, options.OnLine!));
        return new SafeFileHandle(ends[1], ownsHandle: true);
    }
}
