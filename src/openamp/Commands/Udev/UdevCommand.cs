// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Output.Devices;

namespace OpenAmp.Tool.Commands.Udev;

/// <summary>The command <c>udev</c>.</summary>
internal sealed class UdevCommand : FileCommand
{
    private const int LongestGroupName = 31;

    private readonly Option<string> _group = new("--group")
    {
        Description = "The group whose members get access.",
        HelpName = "GROUP",
        DefaultValueFactory = _ => "openamp",
    };

    private readonly Option<bool> _messagesOnly = new("--messages-only")
    {
        Description = "Give access to messages alone: nothing of starting, stopping, loading and dumping processors.",
    };

    private readonly Option<bool> _install = new("--install")
    {
        Description = "Write the files to where this machine reads them; needs root.",
    };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Write them below this folder instead, for an image of another machine: it is that machine's /.",
        HelpName = "FOLDER",
    };

    private readonly Option<string?> _print = new("--print")
    {
        Description = "Print one file alone: rules, tmpfiles or sysusers.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _force = new("--force", "-f")
    {
        Description = "Overwrite files with these names that somebody else wrote.",
    };

    public UdevCommand()
        : base(
            "udev",
            "Generates udev rules, and what goes with them, so that members of a group use remote processors and their "
            + "messages without being root, by names that stay: /dev/openamp/PROCESSOR/SERVICE-ADDRESS. Without "
            + "--install or --output it prints them. Example: sudo openamp udev --install")
    {
        Options.Add(_group);
        Options.Add(_messagesOnly);
        Options.Add(_install);
        Options.Add(_output);
        Options.Add(_print);
        Options.Add(_force);
        _group.Validators.Add(RefuseGroup);
        _print.AcceptOnlyFromAmong("rules", "tmpfiles", "sysusers");
        Validators.Add(RefuseContradictions);
        AddCommonOptions();
    }

    protected override async ValueTask<RunResult> WorkAsync(
        ParseResult line, string path, CancellationToken cancellationToken)
    {
        string group = line.GetRequiredValue(_group);
        var access = new AccessRules(group, line.GetValue(_messagesOnly));
        string? root = line.GetValue(_install) ? "/" : line.GetValue(_output);
        IReadOnlyList<SystemFile> files = Chosen(line, access.Files());
        if (root is not null)
        {
            ThrowIfForeign(files, root, line.GetValue(_force));
            foreach (SystemFile file in files)
            {
                await WriteAsync(Below(root, file.Path), file.Text, cancellationToken).ConfigureAwait(false);
            }
        }

        var report = new UdevReport
        {
            Command = path,
            Group = group,
            Files =
            [
                .. files.Select(file => new SystemFileReport(
                    file.Kind, root is null ? file.Path : Below(root, file.Path), file.Text, root is not null)),
            ],
            Next = root == "/" ? access.NextCommands() : [],
            Result = new RunOutcome(RunResult.Ok).Word,
        };
        UdevScreen.Write(report, IsJson(line));
        return RunResult.Ok;
    }

    private SystemFile[] Chosen(ParseResult line, IReadOnlyList<SystemFile> files)
    {
        string? kind = line.GetValue(_print);
        SystemFile[] chosen = [.. files.Where(file => kind is null || file.Kind == kind)];
        return chosen.Length > 0
            ? chosen
            : throw new IOException($"there is no file {kind} with --messages-only; leave that out, or --print "
                + "another");
    }

    // All or none: what is refused is refused before the first file is written.
    private static void ThrowIfForeign(IReadOnlyList<SystemFile> files, string root, bool force)
    {
        foreach (string path in files.Select(file => Below(root, file.Path)))
        {
            if (!force && File.Exists(path) && !IsOurs(path))
            {
                throw new IOException($"'{path}' exists and 'openamp udev' did not write it; move it away, or give "
                    + "--force to overwrite it");
            }
        }
    }

    private static bool IsOurs(string path)
        => File.ReadLines(path).FirstOrDefault()?.Contains(SystemFile.Mark, StringComparison.Ordinal) == true;

    private static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        string partial = FormattableString.Invariant($"{path}.{Environment.ProcessId}.partial");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(partial, text, new UTF8Encoding(false), cancellationToken)
                .ConfigureAwait(false);
            File.Move(partial, path, overwrite: true);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(
                $"'{path}' cannot be written: {Notice.OneLine(exception)}; run it with sudo, or give --output FOLDER",
                exception);
        }
        finally
        {
            if (File.Exists(partial))
            {
                File.Delete(partial);
            }
        }
    }

    private static string Below(string root, string path) => Path.Combine(root, path.TrimStart('/'));

    private static void RefuseGroup(OptionResult result)
    {
        string group = result.GetValueOrDefault<string>() ?? "";
        bool isName = group.Length is >= 1 and <= LongestGroupName
            && (char.IsAsciiLetterLower(group[0]) || group[0] == '_')
            && group.All(value => char.IsAsciiLetterLower(value) || char.IsAsciiDigit(value) || value is '_' or '-');
        if (!isName)
        {
            result.AddError($"--group takes a name of at most {LongestGroupName} lower-case letters, digits, _ and -, "
                + $"not '{group}'.");
        }
    }

    private void RefuseContradictions(CommandResult result)
    {
        bool installs = result.GetValue(_install);
        if (installs && result.GetValue(_output) is not null)
        {
            result.AddError("--install and --output say two places: give one of them.");
        }

        if (result.GetValue(_print) is not null && (installs || result.GetValue(_output) is not null))
        {
            result.AddError("--print prints one file; --install and --output write them all: give one of them.");
        }
    }
}
