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
    private readonly StringBuilder _output = new();
    private readonly Lock _outputLock = new();
    private readonly Task _outputEnd;
    private readonly Task _errorEnd;
    private readonly string _commandLine;
    private readonly TaskCompletionSource _linked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ToolProcess(Process process, string commandLine)
    {
        _process = process;
        _commandLine = commandLine;
        _outputEnd = ReadOutputAsync();
        _errorEnd = ReadErrorAsync();
    }

    /// <summary>The command that runs the tool, to be started by others.</summary>
    public static string[] Command => [Muxer, Path.Combine(AppContext.BaseDirectory, "openamp.dll")];

    /// <summary>The same, for those who take PATH away.</summary>
    public static string[] AbsoluteCommand
        => [Path.IsPathRooted(Command[0]) ? Command[0] : FindInPath(Command[0]), Command[1]];

    /// <summary>What it wrote to its standard output so far.</summary>
    public string Output
    {
        get
        {
            lock (_outputLock)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>How long ago it was started.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

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

    /// <summary>Waits until it has written a text to its standard output.</summary>
    public async Task WaitForOutputAsync(string text)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        while (true)
        {
            Task more;
            lock (_outputLock)
            {
                if (_output.ToString().Contains(text, StringComparison.Ordinal))
                {
                    return;
                }

                Assert.False(_outputEnd.IsCompleted, $"It ended without '{text}': {_output}{_error}");
                more = _more.Task;
            }

            await Task.WhenAny(more, _outputEnd).WaitAsync(limit.Token);
        }
    }

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
        await _outputEnd;
        return new(
            _commandLine, _process.ExitCode, _output.ToString(), _error.ToString(), Stopwatch.GetElapsedTime(_start));
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
        await _outputEnd;
        _process.Dispose();
    }

    private static string FindInPath(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program)).First(File.Exists);

    private async Task ReadOutputAsync()
    {
        char[] piece = new char[4096];
        while (await _process.StandardOutput.ReadAsync(piece, CancellationToken.None) is var count and > 0)
        {
            TaskCompletionSource more = _more;
            lock (_outputLock)
            {
                _output.Append(piece, 0, count);
                _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            more.SetResult();
        }
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
