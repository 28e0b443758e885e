// SPDX-License-Identifier: BSD-3-Clause

using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Commands.Devices;
using OpenAmp.Tool.Devices;
using OpenAmp.Tool.Messages;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands.Rpmsg;

/// <summary>The command <c>rpmsg listen</c>.</summary>
internal sealed class RpmsgListenCommand : EndpointCommand
{
    private readonly FormOption _form = new();

    private readonly Option<long> _count = new("--count", "-c")
    {
        Description = "End after so many messages; 0 goes on until Ctrl-C.",
        HelpName = "MESSAGES",
        DefaultValueFactory = _ => 0,
    };

    public RpmsgListenCommand()
        : base(
            "listen",
            "Prints the messages that come, one a line, until Ctrl-C. A remote sends to those it knows: some wait "
            + "for a first message ('openamp rpmsg send'). Example: openamp rpmsg listen sensors --count 10")
    {
        _form.AddTo(this);
        Options.Add(_count);
        _count.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<long>() < 0)
            {
                result.AddError("--count takes 0 or more messages.");
            }
        });
        AddCommonOptions();
    }

    protected override bool EndsByInterruption => true;

    protected override bool EndsAtLimit(ParseResult line) => line.GetValue(_count) == 0;

    protected override async Task<RunResult> WorkAsync(
        DeviceRun run, OpenedEndpoint opened, CancellationToken cancellationToken)
    {
        long count = run.Line.GetValue(_count);
        Notice.Write(run.Path, $"listening on {opened}");
        var printer = new MessagePrinter(_form.Read(run));
        for (long received = 0; count == 0 || received < count; received++)
        {
            run.WaitingFor = System.FormattableString.Invariant(
                $"{received}{(count == 0 ? "" : $" of {count}")} messages came; the remote sends no more");
            using RpmsgMessage message = await opened.Endpoint.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            printer.Print(message);
        }

        return opened.Endpoint.DroppedCount == 0 ? RunResult.Ok : throw new ServiceFailedException(
            $"{opened.Endpoint.DroppedCount} messages were dropped: they came faster than they could be printed");
    }
}
