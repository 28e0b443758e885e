// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands;

/// <summary>A command that reads files and reports on them or writes others: no link, no processor.</summary>
/// <remarks>What is wrong with a file is said in one line on standard error and, where the output is JSON, in the
/// report.</remarks>
internal abstract class FileCommand : Command
{
    private readonly Option<bool>? _json;

    private readonly Option<bool> _verbose = new("--verbose", "-v")
    {
        Description = "Show where an error comes from.",
    };

    /// <summary>Makes the command.</summary>
    /// <param name="name">As typed.</param>
    /// <param name="description">What it does, with an example.</param>
    /// <param name="hasJson">Whether it has a report to print as JSON.</param>
    protected FileCommand(string name, string description, bool hasJson = true)
        : base(name, description)
    {
        _json = hasJson ? new("--json") { Description = "Print the result as one JSON object." } : null;
        SetAction(RunAsync);
    }

    /// <summary>Adds the options that all these commands have; called last, so that help shows them last.</summary>
    protected void AddCommonOptions()
    {
        if (_json is not null)
        {
            Options.Add(_json);
        }

        Options.Add(_verbose);
    }

    /// <summary>Whether the result is wanted as JSON.</summary>
    protected bool IsJson(ParseResult line) => _json is not null && line.GetValue(_json);

    /// <summary>Does the work. What is wrong with a file is thrown.</summary>
    protected abstract ValueTask<RunResult> WorkAsync(
        ParseResult line, string path, CancellationToken cancellationToken);

    [SuppressMessage("Design", "CA1031", Justification = "The last place before the user: one line, no stack trace.")]
    private async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        string path = CommandPath.Of(line.CommandResult);
        using var interruption = new Interruption();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token, cancellationToken);
        try
        {
            return (int)await WorkAsync(line, path, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (either.IsCancellationRequested)
        {
            return Tell(line, path, RunResult.Interrupted, "interrupted", exception);
        }
        catch (Exception exception) when (IsAboutFiles(exception))
        {
            return Tell(line, path, RunResult.Failed, Notice.OneLine(exception), exception);
        }
        catch (Exception exception)
        {
            return Tell(line, path, RunResult.Failed, $"unexpected {exception.GetType().Name}: "
                + $"{Notice.OneLine(exception)}; try --verbose, and please report it", exception);
        }
    }

    private static bool IsAboutFiles(Exception exception) => exception
        is IOException or UnauthorizedAccessException or ElfException or ResourceTableException or FirmwareException
        or FirmwareAuthenticationException or FirmwareKeyException;

    private int Tell(ParseResult line, string path, RunResult result, string message, Exception exception)
    {
        string safe = SafeText.Of(message);
        Notice.Write(path, safe);
        if (line.GetValue(_verbose))
        {
            Notice.Write(path, exception.ToString());
        }

        if (IsJson(line))
        {
            var report = new FailureReport(path, new RunOutcome(result).Word, safe);
            Console.Out.WriteLine(JsonSerializer.Serialize(report, FileReportJson.Default.FailureReport));
        }

        return (int)result;
    }
}
