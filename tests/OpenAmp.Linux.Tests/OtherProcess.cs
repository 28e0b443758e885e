// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>This program once more, playing the other process of a test. Killed when disposed.</summary>
internal sealed class OtherProcess : IDisposable
{
    internal const string Switch = "--play";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Process _process;

    private OtherProcess(Process process) => _process = process;

    private static string Program => Path.Combine(AppContext.BaseDirectory, "OpenAmp.Linux.Tests");

    internal static OtherProcess Start(string role, params string[] arguments)
        => Launch(Program, [Switch, role, .. arguments]);

    /// <summary>Starts it as the child of a process that never reaps it, and that this one stands for.</summary>
    internal static OtherProcess StartUnreaped(string role, params string[] arguments)
        => Launch(
            "/bin/sh", ["-c", "exec 3<&0; \"$@\" <&3 & exec sleep 60", "sh", Program, Switch, role, .. arguments]);

    private static OtherProcess Launch(string program, IEnumerable<string> arguments)
        => new(Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!);

    internal async Task ExpectAsync(string line) => Assert.Equal(line, await ReadLineAsync());

    internal async Task<string?> ReadLineAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        return await _process.StandardOutput.ReadLineAsync(limit.Token);
    }

    internal void Say(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    internal async Task<int> EndAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>SIGKILL: the other process gets no chance to close anything itself.</summary>
    internal void Kill() => _process.Kill();

    public void Dispose()
    {
        try
        {
            _process.Kill();
            _process.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }

        _process.Dispose();
    }
}
