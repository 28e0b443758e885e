// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Interop.Tests;

/// <summary>One running process of a test, whose output is kept; disposing kills what is left of it.</summary>
public sealed class Side : IAsyncDisposable
{
    private readonly SideCommand _command;
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;
    private readonly CancellationToken _cancellationToken;

    private Side(SideCommand command, Process process, CancellationToken cancellationToken)
    {
        _command = command;
        _process = process;
        _cancellationToken = cancellationToken;
        // Read from the start: a process whose pipe is full would stand still. Not cancelled, but ended by the exit.
        _output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        _error = process.StandardError.ReadToEndAsync(CancellationToken.None);
    }

    /// <summary>Starts the process with its standard input closed.</summary>
    public static Side Start(SideCommand command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        var start = new ProcessStartInfo(command.Program, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start)
            ?? throw new InvalidOperationException($"No process was started for: {command}");
        process.StandardInput.Close();
        return new(command, process, cancellationToken);
    }

    /// <summary>Completes when the process has ended by itself.</summary>
    public Task ExitAsync() => _process.WaitForExitAsync(_cancellationToken);

    /// <summary>Waits for the process to end and kills it and its children when it takes longer.</summary>
    public async Task<SideResult> WaitAsync(TimeSpan limit)
    {
        int? exitCode = null;
        try
        {
            await ExitAsync().WaitAsync(limit, _cancellationToken);
            exitCode = _process.ExitCode;
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }

        return new(_command, exitCode, await _output, await _error);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }
}
