// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using OpenAmp.Tool.Commands.Devices;
using OpenAmp.Tool.Messages;

namespace OpenAmp.Tool.Commands.Rpmsg;

/// <summary>The option that says how messages are printed.</summary>
internal sealed class FormOption
{
    private readonly Option<string> _form = new("--as")
    {
        Description = "How messages are printed: text (when, from whom, and the text if it is one), hex (the same in "
            + "hexadecimal), lines (the text alone, a line each) or raw (the bytes as they are). --json is a JSON "
            + "object a line.",
        HelpName = "FORM",
        DefaultValueFactory = _ => "text",
    };

    public FormOption() => _form.AcceptOnlyFromAmong("text", "hex", "lines", "raw");

    public void AddTo(Command command) => command.Options.Add(_form);

    public MessageForm Read(DeviceRun run) => run.IsJson ? MessageForm.Json : run.Line.GetValue(_form) switch
    {
        "hex" => MessageForm.Hex,
        "lines" => MessageForm.Lines,
        "raw" => MessageForm.Raw,
        _ => MessageForm.Text,
    };
}
