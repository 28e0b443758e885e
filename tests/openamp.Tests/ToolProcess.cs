// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>A running process of the real tool. Disposing kills what is left of it.</summary>
internal sealed partial class ToolProcess : IAsyncDisposable
{
    private const int SigInt = 2;
    private const int SigTerm = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly Process _process;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly StringBuilder _error = new();
    private readonly Task<string> _output;
    private readonly Task _errorEnd;
    private readonly string _commandLine;
    private readonly TaskCompletionSource _linked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ToolProcess(Process process, string commandLine)
    {
        _process = process;
        _commandLine = commandLine;
        _output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        _errorEnd = ReadErrorAsync();
    }

    /// <summary>The command that runs the tool, to be started by others.</summary>
    public static string[] Command => [Muxer, Path.Combine(AppContext.BaseDirectory, "openamp.dll")];

    public int Id => _process.Id;

    private static string Muxer => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } known
        ? known
        : "dotnet";

    /// <summary>Starts the tool with the names of a link after the command.</summary>
    public static ToolProcess Start(LinkNames names, string command, params string[] options)
        => Start([command, .. names.Arguments, .. options]);

    public static ToolProcess Start(params string[] arguments) => StartAny([.. Command, .. arguments]);

    /// <summary>Starts any program.</summary>
    public static ToolProcess StartAny(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], [.. command.Skip(1)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new ToolProcess(Process.Start(start)!, string.Join(' ', command));
    }

    /// <summary>Runs the tool to its end.</summary>
    public static async Task<ToolResult> RunAsync(params string[] arguments)
    {
        await using ToolProcess process = Start(arguments);
        return await process.EndAsync();
    }

    /// <summary>Waits until the log says that the link is up; the tool must be verbose.</summary>
    public Task WaitForLinkAsync() => _linked.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>Waits until the log says that the peer's endpoint is known; the tool must be verbose.</summary>
    public Task WaitForPeerAsync() => _connected.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>Waits for the end.</summary>
    public async Task<ToolResult> EndAsync()
    {
        long from = Stopwatch.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail(string.Create(
                CultureInfo.InvariantCulture,
                $"Still running after {Stopwatch.GetElapsedTime(from)}: {_commandLine}\n{_error}"));
        }

        await _errorEnd;
        return new(
            _commandLine, _process.ExitCode, await _output, _error.ToString(), Stopwatch.GetElapsedTime(_start));
    }

    /// <summary>SIGKILL: no chance to close anything.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Ctrl-C.</summary>
    public void Interrupt() => Assert.Equal(0, kill(_process.Id, SigInt));

    public void Terminate() => Assert.Equal(0, kill(_process.Id, SigTerm));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        await _errorEnd;
        _process.Dispose();
    }

    private async Task ReadErrorAsync()
    {
        while (await _process.StandardError.ReadLineAsync(CancellationToken.None) is { } line)
        {
            _error.AppendLine(line);
            if (line.Contains("is up as", StringComparison.Ordinal))
            {
                _linked.TrySetResult();
            }
            else if (line.Contains("is connected", StringComparison.Ordinal))
            {
                _connected.TrySetResult();
            }
        }
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int kill(int processId, int signal);
}
