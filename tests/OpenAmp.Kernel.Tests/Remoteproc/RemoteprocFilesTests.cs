// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Kernel.Tests.Guest;
using OpenAmp.UserModeLinux;
using Xunit;

namespace OpenAmp.Kernel.Tests.Remoteproc;

/// <summary>The kernel's files of a processor: sysfs, debugfs, the character device.</summary>
public sealed class RemoteprocFilesTests(SharedProcessorHost shared) : IClassFixture<SharedProcessorHost>
{
    private static CancellationToken Token => TestGuest.Token;

    [Fact]
    public async Task WhatFirmwareInCSharpTracesIsReadFromDebugfs()
    {
        KernelProcessorHost host = await shared.GetAsync();
        _ = (await host.BootAsync("echo.elf")).Required();
        await host.WaitForDeviceAsync("/dev/rpmsg0");
        Assert.Equal("echo runs\nthe host drives the device",
            await host.RunAsync($"cat {KernelProcessorHost.Debugfs}/trace0"));
        _ = (await host.WriteAsync("state", "stop")).Required();
    }

    [Fact]
    public async Task TheLiveTableAndTheMemoriesAreShown()
    {
        KernelProcessorHost host = await shared.GetAsync();
        _ = (await host.BootAsync("echo.elf")).Required();
        string table = await host.RunAsync($"cat {KernelProcessorHost.Debugfs}/resource_table");
        Assert.Contains("Entry 0 is of type trace", table, StringComparison.Ordinal);
        Assert.Contains("Device Address 0x10008000", table, StringComparison.Ordinal);
        Assert.Contains("Entry 1 is of type vdev", table, StringComparison.Ordinal);
        Assert.Contains("Notify ID 0", table, StringComparison.Ordinal);
        Assert.Contains("Notify ID 1", table, StringComparison.Ordinal);
        Assert.DoesNotContain("Device Address 0xffffffff", table, StringComparison.Ordinal);

        string memories = await host.RunAsync($"cat {KernelProcessorHost.Debugfs}/carveout_memories");
        Assert.Contains("Name: ddr", memories, StringComparison.Ordinal);
        Assert.Contains("Device address: 0x10000000", memories, StringComparison.Ordinal);
        Assert.Contains("Length: 0x100000 Bytes", memories, StringComparison.Ordinal);
        Assert.Contains("vdev0vring0", memories, StringComparison.Ordinal);
        _ = (await host.WriteAsync("state", "stop")).Required();
    }

    [Fact]
    public async Task WritesThatMakeNoSenseAreRefused()
    {
        KernelProcessorHost host = await shared.GetAsync();
        (string File, string Text)[] refused =
            [("state", "go"), ("state", "stop"), ("state", "detach"), ("firmware", ""), ("coredump", "x")];
        foreach ((string file, string text) in refused)
        {
            GuestCommandResult write = await host.WriteAsync(file, text);
            Assert.False(write.IsSuccess);
            Assert.Contains("Invalid argument", write.Text, StringComparison.Ordinal);
        }

        _ = (await host.BootAsync("echo.elf")).Required();
        GuestCommandResult change = await host.WriteAsync("firmware", "other.elf");
        Assert.Contains("Device or resource busy", change.Text, StringComparison.Ordinal);
        _ = await host.Guest.WaitForLogAsync("can't change firmware while running", Token);
        _ = (await host.WriteAsync("state", "stop")).Required();
    }

    [Fact]
    public async Task TwoStartsNeedTwoStops()
    {
        KernelProcessorHost host = await shared.GetAsync();
        _ = (await host.BootAsync("echo.elf")).Required();
        _ = (await host.WriteAsync("state", "start")).Required();
        _ = (await host.WriteAsync("state", "stop")).Required();
        Assert.Equal("running", await host.ReadAsync("state"));
        _ = (await host.WriteAsync("state", "stop")).Required();
        Assert.Equal("offline", await host.ReadAsync("state"));
    }

    [Fact]
    public async Task TheCharacterDeviceTakesPrefixes()
    {
        KernelProcessorHost host = await shared.GetAsync();
        _ = (await host.WriteAsync("firmware", "echo.elf")).Required();
        Assert.False((await host.Guest.RunAsync("printf go >/dev/remoteproc0", Token)).IsSuccess);
        _ = await host.RunAsync("printf st >/dev/remoteproc0");
        Assert.Equal("running", await host.ReadAsync("state"));
        _ = await host.RunAsync("printf stop >/dev/remoteproc0");
        Assert.Equal("offline", await host.ReadAsync("state"));
    }

    [Fact]
    public async Task ClosingTheCharacterDeviceStopsWhatItStartedIfAsked()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/perl"), "perl is missing, with which a shell makes ioctls.");
        KernelProcessorHost host = await shared.GetAsync();
        _ = (await host.WriteAsync("firmware", "echo.elf")).Required();
        string state = await host.RunAsync(
            "/usr/bin/perl -e 'open(my $f, \"+<\", \"/dev/remoteproc0\") or die $!; my $on = pack(\"l\", 1); "
                + "ioctl($f, 0x4004b701, $on) or die $!; syswrite($f, \"start\") or die $!; "
                + $"system(\"cat {KernelProcessorHost.Sysfs}/state\"); close($f);'");
        Assert.Equal("running", state);
        Assert.Equal("offline", await host.ReadAsync("state"));

        // The flag stays with the device.
        _ = await host.RunAsync(
            "/usr/bin/perl -e 'open(my $f, \"+<\", \"/dev/remoteproc0\") or die $!; my $off = pack(\"l\", 0); "
                + "ioctl($f, 0x4004b701, $off) or die $!; syswrite($f, \"start\") or die $!;'");
        Assert.Equal("running", await host.ReadAsync("state"));
        _ = (await host.WriteAsync("state", "stop")).Required();
    }
}
