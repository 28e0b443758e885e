// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.UserModeLinux;

namespace OpenAmp.Tool.Services.Linux;

/// <summary>The five demonstrations of OpenAMP's multi-services demo, from the Linux side: commands in a guest whose
/// remote processor offers <see cref="MultiServices"/>.</summary>
internal static class LinuxDemonstrations
{
    /// <summary>Where the guest has this program.</summary>
    public const string Program = "/mnt/bin/openamp";

    private const string CreateTerminal = Program + " rpmsg create-dev rpmsg-tty --source 0x101 --destination 0x11";
    private const string DestroyTerminal = Program + " rpmsg destroy rpmsg-tty --source 0x101";
    private const uint FirstFixedLocalAddress = 0x64;
    private const int FixedEndpoints = 3;

    // Of a terminal's answer the length is read, of others one message. A terminal is opened once: its first opener
    // gets what came before, and when that closes it, the rest is gone. Without "timeout", which would hold the device
    // open a while longer: the guest limits commands anyway.
    private const string Functions = """
        ask_tty() { exec 3<>"$1" && stty raw -echo <&3 && printf %s "$2" >&3 && head -c "$3" <&3; exec 3>&-; echo; }
        ask_raw() { exec 3<>"$1" && printf %s "$2" >&3 && dd bs=512 count=1 <&3 2>/dev/null; exec 3>&-; echo; }
        """;

    /// <summary>All of them, in the order they are shown.</summary>
    public static IReadOnlyList<LinuxDemoStep> All { get; } =
    [
        new("client sample", ShowClientSampleAsync),
        new("terminal", ShowTerminalAsync),
        new("dynamic terminal", ShowDynamicTerminalAsync),
        new("raw messages", ShowRawAsync),
        new("endpoints at 0x1", ShowFixedAddressAsync),
    ];

    private static async Task<LinuxDemoFinding> ShowClientSampleAsync(
        LinuxGuest guest, CancellationToken cancellationToken)
    {
        await RunAsync(guest, "insmod /modules/rpmsg_client_sample.ko", cancellationToken).ConfigureAwait(false);
        await guest.WaitForLogAsync("goodbye!", cancellationToken).ConfigureAwait(false);
        await guest.WaitForLogAsync("rpmsg sample client driver is removed", cancellationToken).ConfigureAwait(false);
        string[] said = [.. guest.KernelLog.Where(line =>
            line.Contains(MultiServices.SampleName, StringComparison.Ordinal)
            || line.Contains("rpmsg_client_sample", StringComparison.Ordinal))];
        for (int number = 1; number <= MultiServices.SampleCount; number++)
        {
            string expected = string.Create(CultureInfo.InvariantCulture, $"incoming msg {number} (src: 0x400)");
            if (!said.Any(line => line.Contains(expected, StringComparison.Ordinal)))
            {
                throw new ServiceFailedException($"the kernel did not log '{expected}' before 'goodbye!'");
            }
        }

        await RunAsync(guest, "rmmod rpmsg_client_sample", cancellationToken).ConfigureAwait(false);
        return new(MultiServices.SampleCount, [], said);
    }

    private static async Task<LinuxDemoFinding> ShowTerminalAsync(LinuxGuest guest, CancellationToken cancellationToken)
    {
        string answer = await AskTerminalAsync(guest, "/dev/ttyRPMSG0", "TTY 0: hello Linux", cancellationToken)
            .ConfigureAwait(false);
        return new(1, [$"/dev/ttyRPMSG0: {answer}"], []);
    }

    private static async Task<LinuxDemoFinding> ShowDynamicTerminalAsync(
        LinuxGuest guest, CancellationToken cancellationToken)
    {
        string terminal = await RunAsync(guest, CreateTerminal, cancellationToken).ConfigureAwait(false);
        string answer = await AskTerminalAsync(
            guest, terminal, MultiServices.Bound + "TTY 1: hello Linux", cancellationToken).ConfigureAwait(false);
        await RunAsync(guest, $"{DestroyTerminal} && ! test -e {terminal}", cancellationToken).ConfigureAwait(false);
        return new(1, [$"{terminal}: {answer}", $"{terminal}: gone"], []);
    }

    private static async Task<LinuxDemoFinding> ShowRawAsync(LinuxGuest guest, CancellationToken cancellationToken)
    {
        string answer = await AskAsync(guest, "/dev/rpmsg0", "from ept 0x0402: hello Linux", cancellationToken)
            .ConfigureAwait(false);
        return new(1, [$"/dev/rpmsg0: {answer}"], []);
    }

    private static async Task<LinuxDemoFinding> ShowFixedAddressAsync(
        LinuxGuest guest, CancellationToken cancellationToken)
    {
        List<string> answers = [];
        List<string> devices = [];
        for (uint number = 0; number < FixedEndpoints; number++)
        {
            devices.Add(await RunAsync(
                guest,
                string.Create(CultureInfo.InvariantCulture,
                    $"{Program} rpmsg create-ept demo-{number + 1} --source {FirstFixedLocalAddress + number} "
                        + $"--destination {MultiServices.FixedAddress}"),
                cancellationToken).ConfigureAwait(false));
        }

        foreach (string device in devices)
        {
            answers.Add($"{device}: " + await AskAsync(guest, device, "from ept 0x0001: hello Linux", cancellationToken)
                .ConfigureAwait(false));
        }

        foreach (string device in devices)
        {
            await RunAsync(guest, $"{Program} rpmsg destroy {device} && ! test -e {device}", cancellationToken)
                .ConfigureAwait(false);
        }

        return new(devices.Count, [.. answers, $"{string.Join(", ", devices)}: gone"], []);
    }

    /// <summary>Writes what follows the last colon and blank of the expected answer, and reads the answer.</summary>
    private static Task<string> AskTerminalAsync(
        LinuxGuest guest, string device, string expected, CancellationToken cancellationToken)
        => AskAsync(
            guest,
            device,
            expected,
            $"ask_tty {device} '{Question(expected)}' {expected.Length}",
            cancellationToken);

    private static Task<string> AskAsync(
        LinuxGuest guest, string device, string expected, CancellationToken cancellationToken)
        => AskAsync(guest, device, expected, $"ask_raw {device} '{Question(expected)}'", cancellationToken);

    private static async Task<string> AskAsync(
        LinuxGuest guest, string device, string expected, string command, CancellationToken cancellationToken)
    {
        string answer = await RunAsync(guest, Functions + "\n" + command, cancellationToken).ConfigureAwait(false);
        return answer == expected ? answer : throw new ServiceFailedException(
            $"{device} answered '{SafeLine(answer)}' to '{Question(expected)}', expected '{expected}'");
    }

    private static string Question(string answer) => answer[(answer.LastIndexOf(": ", StringComparison.Ordinal) + 2)..];

    private static async Task<string> RunAsync(
        LinuxGuest guest, string command, CancellationToken cancellationToken)
    {
        GuestCommandResult result = await guest.RunAsync(command, cancellationToken).ConfigureAwait(false);
        return result.IsSuccess ? result.Text.TrimEnd('\n') : throw new ServiceFailedException(
            $"in the guest, '{SafeLine(command)}' ended with exit code {result.ExitCode} and said: "
            + SafeLine(result.Text));
    }

    private static string SafeLine(string text) => Output.SafeText.Of(text.ReplaceLineEndings(" ").Trim());
}
