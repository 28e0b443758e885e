// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Kernel.Tests.Guest;
using OpenAmp.Linux;
using OpenAmp.UserModeLinux;

namespace OpenAmp.Kernel.Tests.Remoteproc;

/// <summary>A guest whose remoteproc core has a processor of C# programs: the back end, the guest and the driver, all
/// up. Disposed in one.</summary>
/// <remarks>In the guest: /sys/class/remoteproc/remoteproc0 with the name "vrproc", /dev/remoteproc0, and
/// <see cref="FirmwareFolder"/> as the firmware search path.</remarks>
internal sealed class KernelProcessorHost : IAsyncDisposable
{
    /// <summary>The processor's folder in the guest.</summary>
    internal const string Sysfs = "/sys/class/remoteproc/remoteproc0";

    /// <summary>The processor's debug folder in the guest.</summary>
    internal const string Debugfs = "/sys/kernel/debug/remoteproc/remoteproc0";

    private readonly TestFolder _folder;
    private readonly VhostUserServer _server;

    private KernelProcessorHost(
        TestFolder folder, KernelProcessorDevice processor, VhostUserServer server, LinuxGuest guest)
    {
        _folder = folder;
        Processor = processor;
        _server = server;
        Guest = guest;
    }

    internal LinuxGuest Guest { get; }

    internal KernelProcessorDevice Processor { get; }

    /// <summary>Where firmware lies: a folder of the host, /mnt/firmware in the guest.</summary>
    internal string FirmwareFolder => Directory.CreateDirectory(_folder["firmware"]).FullName;

    private static CancellationToken Token => TestGuest.Token;

    /// <summary>Starts all, with the firmware "echo.elf" and the programs of <see cref="KernelPrograms"/>.</summary>
    /// <param name="native">"openamp" or "kernel-probe", to have the native programs in /mnt/bin; or none.</param>
    /// <param name="processor">The processor; one with all programs unless given.</param>
    /// <param name="moduleArguments">Arguments of the driver, such as "answer_ms=500".</param>
    internal static async Task<KernelProcessorHost> StartAsync(
        string? native = null, KernelProcessorDevice? processor = null, string moduleArguments = "")
    {
        TestFolder folder = new();
        VhostUserServer? server = null;
        LinuxGuest? guest = null;
        try
        {
            string socket = folder["vrproc.sock"];
            string firmware = Directory.CreateDirectory(folder["firmware"]).FullName;
            processor ??= new KernelProcessorDevice(KernelPrograms.All);
            LinuxGuestOptions options = TestGuest.Options(
                native, new GuestDevice(socket, KernelProcessorDevice.VirtioId));
            options = options with
            {
                Folders = new Dictionary<string, string>(options.Folders) { ["firmware"] = firmware },
            };
            server = VhostUserServer.Start(new VhostUserServerOptions { SocketPath = socket }, processor);
            guest = await LinuxGuest.StartAsync(options, Token);
            KernelProcessorHost host = new(folder, processor, server, guest);
            host.AddFirmware("echo.elf", KernelImage.ToElf("echo"));
            _ = (await guest.RunAsync(
                "echo -n /mnt/firmware >/sys/module/firmware_class/parameters/path && "
                    + $"insmod /modules/vrproc.ko {moduleArguments}", Token)).Required();
            return host;
        }
        catch
        {
            await DisposeAsync(guest, server, folder);
            throw;
        }
    }

    /// <summary>Puts firmware where the kernel finds it. The kernel may have read an older file of this name: give new
    /// content a new name.</summary>
    internal void AddFirmware(string name, byte[] elf) => File.WriteAllBytes(Path.Combine(FirmwareFolder, name), elf);

    /// <summary>Runs a command in the guest that must succeed.</summary>
    /// <returns>Its output.</returns>
    internal async Task<string> RunAsync(string command) => (await Guest.RunAsync(command, Token)).Required();

    /// <summary>Reads a file of the processor's folder: "state", "name", "firmware".</summary>
    internal Task<string> ReadAsync(string name) => RunAsync($"cat {Sysfs}/{name}");

    /// <summary>Writes a file of the processor's folder.</summary>
    /// <returns>How that went; 1 with the shell's words for an error.</returns>
    internal Task<GuestCommandResult> WriteAsync(string name, string text)
        => Guest.RunAsync($"echo '{text}' >{Sysfs}/{name}", Token);

    /// <summary>Chooses firmware and starts it.</summary>
    /// <returns>How the start went.</returns>
    internal async Task<GuestCommandResult> BootAsync(string firmware)
    {
        _ = (await WriteAsync("firmware", firmware)).Required();
        return await WriteAsync("state", "start");
    }

    /// <summary>Waits until a device node is there. To open it before would make a file of that name.</summary>
    internal Task WaitForDeviceAsync(string path)
        => RunAsync($"while ! [ -c {path} ]; do usleep 5000; done");

    /// <summary>Sends a text through /dev/rpmsg0, once it is there, and reads the answer, as a shell can.</summary>
    internal async Task<string> EchoAsync(string text)
    {
        await WaitForDeviceAsync("/dev/rpmsg0");
        return await RunAsync(
            $"exec 3<>/dev/rpmsg0; printf '%s' '{text}' >&3; dd bs=496 count=1 <&3 2>/dev/null");
    }

    public ValueTask DisposeAsync() => DisposeAsync(Guest, _server, _folder);

    private static async ValueTask DisposeAsync(LinuxGuest? guest, VhostUserServer? server, TestFolder folder)
    {
        try
        {
            if (guest is not null)
            {
                await guest.DisposeAsync();
            }

            if (server is not null)
            {
                await server.DisposeAsync();
            }
        }
        finally
        {
            folder.Dispose();
        }
    }
}
