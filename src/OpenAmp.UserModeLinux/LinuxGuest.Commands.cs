// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;

namespace OpenAmp.UserModeLinux;

/// <content>Commands, one after another.</content>
public sealed partial class LinuxGuest
{
    private static readonly TimeSpan LongestKillTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KillPause = TimeSpan.FromMilliseconds(200);

    [SuppressMessage(
        "Usage", "CA2213", Justification = "Who waits for a turn while it ends looks at it; it has no handle.")]
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _controlReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _commandLock = new();
    private ChildExit? _exit;
    private Command? _command;
    private Exception? _end;
    private long _commandCount;

    /// <summary>Runs a command in the guest's shell and waits for its end.</summary>
    /// <param name="shellCommand">One or more lines for sh (busybox), with the rights of root in the guest. Standard
    /// input is empty. A program left in the background runs on; what it writes goes to the command of that
    /// time.</param>
    /// <param name="cancellationToken">Ends the command: it and its children are killed.</param>
    /// <returns>Its exit code and output. The output is held in memory.</returns>
    /// <exception cref="TimeoutException">It ran longer than the options' command time, and is killed. The message has
    /// its output.</exception>
    /// <exception cref="LinuxGuestException">The guest ended or panicked meanwhile or before.</exception>
    public async Task<GuestCommandResult> RunAsync(string shellCommand, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(shellCommand);
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Command command = Begin(shellCommand);
            try
            {
                await _shell.SendAsync(command.Number.ToString(CultureInfo.InvariantCulture), cancellationToken)
                    .ConfigureAwait(false);
                return await command.Answer.Task.WaitAsync(_options.CommandTime, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (Exception end) when (end is TimeoutException or OperationCanceledException)
            {
                await KillAsync(command, shellCommand).ConfigureAwait(false);
                throw end is OperationCanceledException ? new OperationCanceledException(end.Message, cancellationToken)
                    : new TimeoutException($"A command in the guest ran longer than {_options.CommandTime} and was "
                        + $"killed: {shellCommand}. It had said: {command.Text()}");
            }
            catch (SocketException)
            {
                // The guest has just ended: how, its process tells.
                return await command.Answer.Task.WaitAsync(KillTime, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _root.RemoveCommand(command.Number);
            }
        }
        finally
        {
            _ = _turn.Release();
        }
    }

    private TimeSpan KillTime => _options.CommandTime < LongestKillTime ? _options.CommandTime : LongestKillTime;

    private Command Begin(string shellCommand)
    {
        lock (_commandLock)
        {
            if (_end is not null)
            {
                throw new LinuxGuestException($"The guest has ended: {_end.Message}", _end);
            }

            _command = new Command(++_commandCount);
            _root.WriteCommand(_command.Number, shellCommand);
            return _command;
        }
    }

    /// <summary>Kills a command, so that the shell answers and takes the next. A guest that does not even do that is
    /// killed.</summary>
    private async Task KillAsync(Command command, string shellCommand)
    {
        Log.CommandKilled(_options.Logger, shellCommand);
        using CancellationTokenSource late = new(KillTime);
        while (!command.Answer.Task.IsCompleted && !late.IsCancellationRequested)
        {
            // Again and again: the shell may not have begun it yet.
            try
            {
                await _control.SendAsync(
                    string.Create(CultureInfo.InvariantCulture, $"kill {command.Number}"), CancellationToken.None)
                    .ConfigureAwait(false);
            }
            catch (SocketException)
            {
                break; // The guest has just ended: how, its process tells.
            }

            _ = await Task.WhenAny(command.Answer.Task, Task.Delay(KillPause, late.Token)).ConfigureAwait(false);
        }

        if (!command.Answer.Task.IsCompleted && !_completion.IsCompleted)
        {
            _ = await _process.StopAsync(TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false);
            throw new LinuxGuestException("The guest hung: a command could not even be killed, so its process was. "
                + $"The command: {shellCommand}.", _log.Last());
        }
    }

    /// <summary>Takes a line of the shell's terminal: output of the command, or with the mark the shell's
    /// own.</summary>
    private void TakeLine(string line)
    {
        int mark = line.IndexOf(GuestRoot.Mark, StringComparison.Ordinal);
        if (mark < 0)
        {
            _command?.Add(line);
            return;
        }

        if (line.EndsWith("ready", StringComparison.Ordinal))
        {
            _ = _ready.TrySetResult();
            return;
        }

        string[] words = line[(mark + 1)..].Split(' ');
        if (_command is { } command && words.Length == 2
            && long.TryParse(words[0], CultureInfo.InvariantCulture, out long number) && number == command.Number
            && int.TryParse(words[1], CultureInfo.InvariantCulture, out int exitCode))
        {
            if (mark > 0)
            {
                command.Add(line[..mark]); // the last line had no end
            }

            command.EndOutput(exitCode);
        }
        else
        {
            _command?.Add(line);
        }
    }

    private void LogReachedEndOf(string line)
    {
        string number = line[(line.IndexOf(GuestRoot.EndMark, StringComparison.Ordinal) + GuestRoot.EndMark.Length)..];
        if (_command is { } command && number == command.Number.ToString(CultureInfo.InvariantCulture))
        {
            command.EndLog();
        }
    }

    private void EndCommands(LinuxGuestException end)
    {
        lock (_commandLock)
        {
            _end = end;
            _ = _ready.TrySetException(end);
            _ = _controlReady.TrySetException(end);
            _ = _command?.Answer.TrySetException(end);
        }
    }

    /// <summary>The command that runs. It has ended when its output has, and the kernel's log came as far.</summary>
    private sealed class Command(long number)
    {
        private readonly Lock _lock = new();
        private readonly List<string> _output = [];
        private int? _exitCode;
        private bool _hasLog;

        internal long Number => number;

        internal TaskCompletionSource<GuestCommandResult> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal void Add(string line)
        {
            lock (_lock)
            {
                _output.Add(line);
            }
        }

        internal string Text()
        {
            lock (_lock)
            {
                return _output.Count == 0 ? "nothing" : string.Join(Environment.NewLine, _output);
            }
        }

        internal void EndOutput(int exitCode)
        {
            lock (_lock)
            {
                _exitCode = exitCode;
                AnswerIfComplete();
            }
        }

        internal void EndLog()
        {
            lock (_lock)
            {
                _hasLog = true;
                AnswerIfComplete();
            }
        }

        private void AnswerIfComplete()
        {
            if (_exitCode is { } exitCode && _hasLog)
            {
                _ = Answer.TrySetResult(new GuestCommandResult(exitCode, [.. _output]));
            }
        }
    }
}
