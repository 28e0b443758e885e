// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.IO;
using Microsoft.Extensions.Logging;
using OpenAmp.Linux;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands;

/// <summary>The option that keeps what a command runs from being shared with other programs of the same user.</summary>
internal sealed class SharingOption
{
    private readonly Option<bool> _none = new("--no-share")
    {
        Description = "Do not let other programs of this user, such as 'openamp ls', see and use what runs here.",
    };

    public void AddTo(Command command) => command.Options.Add(_none);

    /// <summary>What shares a processor; a failure is told and costs nothing else.</summary>
    public Func<RemoteProcessor, IAsyncDisposable> ForProcessor(ParseResult line, string command, ILogger logger)
        => processor => TryShare(
            line,
            command,
            () => ProcessorSharing.Share(processor, new SharingOptions { AllowPausing = true, Logger = logger }));

    /// <summary>What shares a link, under the command's name.</summary>
    public Func<RpmsgLink, IAsyncDisposable> ForLink(ParseResult line, string command, ILogger logger)
        => link => TryShare(
            line, command, () => LinkSharing.Share(link, new SharingOptions { Name = command, Logger = logger }));

    private IAsyncDisposable TryShare(ParseResult line, string command, Func<IAsyncDisposable> share)
    {
        if (line.GetValue(_none))
        {
            return NotShared.Instance;
        }

        try
        {
            return share();
        }
        catch (Exception error) when (error is IOException or ArgumentException)
        {
            Notice.Write(command, $"other programs do not see this: {Notice.OneLine(error)} (--no-share is quiet)");
            return NotShared.Instance;
        }
    }
}
