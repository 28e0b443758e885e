// SPDX-License-Identifier: BSD-3-Clause

using System.IO;
using System.Threading.Tasks;
using OpenAmp.Kernel.Tests.Guest;
using OpenAmp.UserModeLinux;
using Xunit;

namespace OpenAmp.Kernel.Tests.Rpmsg;

/// <summary>The C# API on a real kernel's RPMsg devices: each test is a case of the probe inside the guest.</summary>
public sealed class KernelRpmsgTests(RpmsgGuest guest) : IClassFixture<RpmsgGuest>
{
    [Fact]
    public Task ControlsChannelsDevicesAndTerminalsAreFound() => guest.RunAsync("rpmsg-list");

    [Fact]
    public Task ATransportIsSelectedByServiceAddressOrPath() => guest.RunAsync("rpmsg-node-by-selector");

    [Fact]
    public Task ARawChannelKeepsMessagesAsTheyAre() => guest.RunAsync("rpmsg-raw-channel");

    [Fact]
    public Task AnyServiceIsConnectedThroughTheControlDevice() => guest.RunAsync("rpmsg-named-channel");

    [Fact]
    public Task ConnectWaitsForTheAnnouncement() => guest.RunAsync("rpmsg-connect-waits");

    [Fact]
    public Task AListenerGetsWhatThePeerAnnounces() => guest.RunAsync("rpmsg-listen");

    [Fact]
    public Task SeveralEndpointsShareOneAddressOfThePeer() => guest.RunAsync("rpmsg-many-endpoints");

    [Fact]
    public Task ACancelledReceiveLosesNothing() => guest.RunAsync("rpmsg-cancel");

    [Fact]
    public Task AReaderThatPausesLosesNothing() => guest.RunAsync("rpmsg-pause");

    [Fact]
    public Task AFullRingHoldsSendersBackWithoutAThread() => guest.RunAsync("rpmsg-full-queue");

    [Fact]
    public async Task ThirtyThousandRoundTripsLeaveNoWarning()
        => TestContext.Current.SendDiagnosticMessage(await guest.RunAsync("rpmsg-round-trips"));

    [Fact]
    public Task AWithdrawnServiceEndsItsEndpoint() => guest.RunAsync("rpmsg-withdrawn");

    [Fact]
    public Task AnUnboundDriverEndsTheLinkAndABoundOneGivesTheNext() => guest.RunAsync("rpmsg-unbind");

    [Fact]
    public Task ADeviceThatIsOpenIsBusy() => guest.RunAsync("rpmsg-busy");

    [Fact]
    public Task EndpointDevicesAreCreatedAndDestroyed() => guest.RunAsync("rpmsg-create-ept");

    [Fact]
    public Task AChannelOfOursIsAnnouncedAndReleased() => guest.RunAsync("rpmsg-create-dev");

    [Fact]
    public Task AnEndpointThatIsOfferedIsAnnouncedAndWithdrawn() => guest.RunAsync("rpmsg-offer");

    [Fact]
    public Task RefusalsOfTheControlDeviceAreExplained() => guest.RunAsync("rpmsg-duplicate");

    [Fact]
    public Task AnAddressThatIsTakenIsExplainedAndLeavesNothing() => guest.RunAsync("rpmsg-address-taken");

    [Fact]
    public Task FlowControlIsToldWhereThereIsNone() => guest.RunAsync("rpmsg-flow-control");

    [Fact]
    public async Task HelloLinuxPrintsTheEchoOfItsGreeting()
    {
        // As on a board: managed, compiled while it runs.
        LinuxGuest kernel = await guest.StartAsync();
        GuestCommandResult result = await kernel.RunAsync(
            $"{RpmsgGuest.Dotnet} {RpmsgGuest.Beside}/HelloLinux.dll", TestGuest.Token);
        Assert.True(result.IsSuccess, result.Text);
        Assert.Equal("hello", result.Text.Trim());
        TestGuest.AssertNoWarning(kernel);
    }

    [Fact]
    public Task AUserWithoutRightsIsToldWhatToDo()
    {
        // The host's: that of busybox changes no user.
        const string Setpriv = "/usr/bin/setpriv";
        Assert.SkipUnless(File.Exists(Setpriv), "setpriv is missing (package util-linux).");

        // The copy, because the program may lie where only its owner can read.
        return guest.RunAsync(
            "rpmsg-no-permission",
            $"chmod 755 / /tmp && cp {RpmsgGuest.Probe} /tmp/probe && chmod 755 /tmp/probe && "
                + $"{Setpriv} --reuid=65534 --regid=65534 --clear-groups /tmp/probe");
    }

    [Fact]
    public Task ATerminalIsAStreamOfPlainBytes() => guest.RunAsync("rpmsg-tty");

    [Fact]
    public Task ATerminalThatIsFullTimesOutAndGoesOn() => guest.RunAsync("rpmsg-tty-full");
}
