// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <content>The kernel's settings: <c>recovery</c> and <c>coredump</c>.</content>
public sealed partial class KernelRemoteProcessor
{
    private const string RecoverySetting = "recovery";
    private const string DumpSetting = "coredump";

    // What settings were before they were changed here, and what they were changed to.
    private readonly Dictionary<string, (string Before, string Now)> _settings = [];

    // The kernel recovers at once and without end, or not at all. Every other policy is ours to carry out.
    private bool IsRecoveredByKernel
        => Options.Recovery is { MaxRecoveries: int.MaxValue, BackOff: var rest } && rest == TimeSpan.Zero;

    private string WantedDump => Options.CoreDump.Mode switch
    {
        CoreDumpMode.Enabled => "enabled",
        CoreDumpMode.Inline => "inline",
        _ => "disabled",
    };

    /// <summary>Makes the kernel's settings what the options say.</summary>
    /// <param name="isOurRun">Whether the run is begun here. What another program began keeps what the options only
    /// leave out: no recovery and no dump.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    private async ValueTask ApplySettingsAsync(bool isOurRun, CancellationToken cancellationToken)
    {
        if (!_options.AppliesSettings)
        {
            return;
        }

        if (isOurRun || Options.Recovery.MaxRecoveries > 0)
        {
            await ApplyAsync(RecoverySetting, IsRecoveredByKernel ? "enabled" : "disabled", cancellationToken)
                .ConfigureAwait(false);
        }

        if (isOurRun || Options.CoreDump.Mode != CoreDumpMode.Disabled)
        {
            await ApplyAsync(DumpSetting, WantedDump, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask ApplyAsync(string setting, string value, CancellationToken cancellationToken)
    {
        if (_node.TryReadSetting(setting) is { } now && now != value)
        {
            await WriteAsync(_node.FindSetting(setting)!, value, cancellationToken).ConfigureAwait(false);
            _settings[setting] = (_settings.TryGetValue(setting, out var change) ? change.Before : now, value);
        }
    }

    /// <summary>Makes them what they were, unless somebody else has changed them since.</summary>
    private async ValueTask RestoreSettingsAsync(CancellationToken cancellationToken)
    {
        foreach ((string setting, (string before, string now)) in _settings)
        {
            if (_node.TryReadSetting(setting) == now)
            {
                await WriteAsync(_node.FindSetting(setting)!, before, cancellationToken).ConfigureAwait(false);
            }
        }

        _settings.Clear();
    }
}
