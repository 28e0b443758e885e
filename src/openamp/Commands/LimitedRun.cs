// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Qemu;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Services;
using OpenAmp.UserModeLinux;

namespace OpenAmp.Tool.Commands;

/// <summary>Runs what a command does within its time, until Ctrl-C, and says in one line what went wrong.</summary>
internal sealed class LimitedRun(string command, bool isVerbose)
{
    public required TimeSpan Limit { get; init; }

    /// <summary>Whether reaching the limit is how the run is meant to end.</summary>
    public bool LimitIsNormal { get; init; }

    /// <summary>Whether an interruption is worth a word; not when it is how one ends the command.</summary>
    public bool TellsInterruption { get; init; } = true;

    /// <summary>Whether Ctrl-C is for a program that is run on the same terminal.</summary>
    public bool IgnoresCtrlC { get; init; }

    /// <summary>What is waited for, asked when the time is up.</summary>
    public required Func<string> WaitingFor { get; init; }

    /// <summary>Runs it. Never throws; an error is written to standard error.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "The last place before the user: one line, no stack trace.")]
    public async Task<RunOutcome> RunAsync(Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        using var interruption = new Interruption(IgnoresCtrlC);
        using var deadline = new CancellationTokenSource(Limit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            interruption.Token, deadline.Token, cancellationToken);
        try
        {
            await run(either.Token).ConfigureAwait(false);
            return new RunOutcome(RunResult.Ok);
        }
        catch (OperationCanceledException) when (interruption.IsRequested || cancellationToken.IsCancellationRequested)
        {
            return TellsInterruption
                ? Tell(RunResult.Interrupted, "interrupted", null)
                : new RunOutcome(RunResult.Interrupted);
        }
        catch (OperationCanceledException) when (LimitIsNormal)
        {
            return new RunOutcome(RunResult.Ok);
        }
        catch (OperationCanceledException exception)
        {
            return Tell(RunResult.Failed, FormattableString.Invariant(
                $"after {Limit.TotalSeconds:0.###} s the time is up: {WaitingFor()}"), exception);
        }
        catch (Exception exception) when (IsKnown(exception))
        {
            return Tell(RunResult.Failed, Notice.OneLine(exception), exception);
        }
        catch (Exception exception)
        {
            return Tell(RunResult.Failed, $"unexpected {exception.GetType().Name}: {Notice.OneLine(exception)}; "
                + "try --verbose, and please report it", exception);
        }
    }

    // What a user can do something about: the message says what.
    private static bool IsKnown(Exception exception)
        => exception is ServiceFailedException or IOException or TimeoutException or FirmwareException
            or FirmwareAuthenticationException or FirmwareKeyException or RemoteProcessorException
            or ResourceTableException or ElfException or QemuBoardException or QmpException
            or RpmsgClosedException or RpmsgMessageTooLongException or UnauthorizedAccessException
            or RemoteProcessorStateException or NotSupportedException or InvalidDataException or LinuxGuestException;

    private RunOutcome Tell(RunResult result, string message, Exception? exception)
    {
        Notice.Write(command, message);
        if (isVerbose && exception is not null)
        {
            Notice.Write(command, exception.ToString());
        }

        return new RunOutcome(result, message);
    }
}
