// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Tool.Objects;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>The command <c>firmware object</c>: what stands between the compiler of firmware and the linker.</summary>
internal sealed class FirmwareObjectCommand : FileCommand
{
    private readonly Argument<string> _object = new("OBJECT")
    {
        Description = "An object file as the compiler of firmware writes it; it is not changed.",
    };

    private readonly OutputFile _output = new("Where to write the object file for the linker.");

    private readonly Option<bool> _keepCalls = new("--keep-calls")
    {
        Description = "Leave calls as long as the compiler wrote them (32-bit Arm).",
    };

    public FirmwareObjectCommand()
        : base(
            "object",
            "Prepares compiled C# for the linker: says in which line a program does what firmware cannot, and gives "
            + "each function a section of its own. The build of firmware calls it. "
            + "Example: openamp firmware object echo.ilc.o -o echo.o",
            hasJson: false)
    {
        Arguments.Add(_object);
        Options.Add(_keepCalls);
        _output.AddTo(this);
        AddCommonOptions();
    }

    protected override async ValueTask<RunResult> WorkAsync(
        ParseResult line, string path, CancellationToken cancellationToken)
    {
        _output.ThrowIfTaken(line);
        string name = line.GetRequiredValue(_object);
        var file = ObjectFile.Read(await File.ReadAllBytesAsync(name, cancellationToken).ConfigureAwait(false), name);
        var lines = LineTable.Read(file);
        string[] found = [.. ConstructSearch.Find(file, lines)];
        if (found.Length > 0)
        {
            foreach (string text in found)
            {
                Screen.Line(text);
            }

            return RunResult.Failed;
        }

        _ = ObjectSplitter.Split(file, lines, shortenCalls: !line.GetValue(_keepCalls));
        _ = _output.Write(line, ObjectWriter.Write(file));
        return RunResult.Ok;
    }
}
