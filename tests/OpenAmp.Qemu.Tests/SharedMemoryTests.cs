// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using Xunit;

namespace OpenAmp.Qemu.Tests;

/// <summary>Two boards in one memory, each with firmware that is linked to a window of its own.</summary>
public sealed class SharedMemoryTests
{
    [Theory]
    [InlineData("mps2-an386", "0x21100000")]
    [InlineData("mps2-an521", "0x80100000")]
    public async Task TwoBoardsRunInOneMemoryInWindowsOfTheirOwn(string name, string window)
    {
        string first = CRemote.PathFor(name);
        string folder = Directory.CreateTempSubdirectory("openamp-window-").FullName;
        try
        {
            string second = await BuildForAsync(name, window, folder);
            QemuBoard board = QemuBoard.Find(name);
            using QemuMemory memory = QemuMemory.Create(board);
            using QemuUartLink cable = new();
            ulong half = board.Pool.LengthBytes / 2;
            await using BoardUnderTest a = await BoardUnderTest.OpenAsync(name, with: options => options with
            {
                Name = "a",
                SharedMemory = memory,
                Pool = new QemuWindow(board.Pool.Address, half),
                SecondUart = cable.First,
            }, image: first);
            await using BoardUnderTest b = await BoardUnderTest.OpenAsync(name, with: options => options with
            {
                Name = "b",
                SharedMemory = memory,
                Image = new QemuWindow(new DeviceAddress(Convert.ToUInt64(window, 16)), board.Image.LengthBytes),
                Pool = new QemuWindow(board.Pool.Address.Plus(half), half),
                SecondUart = cable.Second,
            }, image: second);
            await a.Processor.StartAsync(a.Token);
            await b.Processor.StartAsync(b.Token);
            await Task.WhenAll(a.EchoAsync(300), b.EchoAsync(300));
            await b.Processor.StopAsync(b.Token);
            await a.EchoAsync(50);
            await b.Processor.StartAsync(b.Token);
            await Task.WhenAll(a.EchoAsync(100), b.EchoAsync(100));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void WindowsOutsideTheMemoryAreRefused()
    {
        QemuBoard board = QemuBoard.Find("mps2-an386");
        ArgumentException error = Assert.Throws<ArgumentException>(() => new QemuProcessorDriver(new()
        {
            Board = board,
            Image = new QemuWindow(new DeviceAddress(0x1000), 0x1000),
        }));
        Assert.Contains("must lie in the memory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheMemoryOfAnotherBoardIsRefused()
    {
        using QemuMemory memory = QemuMemory.Create(QemuBoard.Find("mps2-an386"));
        ArgumentException error = Assert.Throws<ArgumentException>(() => new QemuProcessorDriver(new()
        {
            Board = QemuBoard.Find("mps2-an521"),
            SharedMemory = memory,
        }));
        Assert.Contains("same addresses", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FirmwareForAnotherBoardIsRefusedWithWhatWasExpected()
    {
        string other = CRemote.PathFor("virt-a53");
        FirmwareException machine = await Assert.ThrowsAsync<FirmwareException>(
            () => BoardUnderTest.OpenAsync("mps2-an386", image: other));
        Assert.Contains("Elf", machine.Message, StringComparison.OrdinalIgnoreCase);
        string elsewhere = CRemote.PathFor("mps2-an500");
        _ = await Assert.ThrowsAnyAsync<Exception>(() => BoardUnderTest.OpenAsync("mps2-an386", image: elsewhere));
    }

    [Fact]
    public async Task AMachineThatIgnoresTheMemoryIsFoundOut()
    {
        _ = CRemote.PathFor("mps2-an386");
        QemuBoard board = QemuBoard.Find("mps2-an386");
        string json = await File.ReadAllTextAsync(
            Path.Combine(CRemote.Root, "firmware/boards/mps2-an386/board.json"), TestContext.Current.CancellationToken);
        byte[] wrong = System.Text.Encoding.UTF8.GetBytes(
            json.Replace("0x21", "0x23", StringComparison.Ordinal));
        QemuBoard moved = QemuBoard.Parse(wrong, "moved.json");
        using QemuMemory memory = QemuMemory.Create(moved);
        await using QemuMachine machine = await QemuMachine.StartAsync(
            new() { Board = moved }, memory, new DeviceAddress(0), "moved",
            Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, TestContext.Current.CancellationToken);
        RemoteProcessorException error = await Assert.ThrowsAsync<RemoteProcessorException>(
            () => machine.CheckMemoryAsync(moved, TestContext.Current.CancellationToken));
        Assert.Contains("does not use the memory", error.Message, StringComparison.Ordinal);
        Assert.NotEqual(board.Ram, moved.Ram);
    }

    /// <summary>Builds the remote for another window: its build reads the window from the board's description.
    /// </summary>
    private static async Task<string> BuildForAsync(string name, string window, string folder)
    {
        string script = $"""
            set -e
            mkdir -p '{folder}/firmware/boards/{name}'
            cp -r '{CRemote.Root}/firmware/c-remote' '{folder}/firmware/'
            sed 's/"image": .*"address": "0x[0-9a-f]*"/"image": {"{"} "address": "{window}"/' \
                '{CRemote.Root}/firmware/boards/{name}/board.json' > '{folder}/firmware/boards/{name}/board.json'
            '{folder}/firmware/c-remote/build' {name}
            """;
        using Process build = Process.Start(new ProcessStartInfo("bash", ["-c", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = build.StandardOutput.ReadToEndAsync();
        string errors = await build.StandardError.ReadToEndAsync();
        await build.WaitForExitAsync();
        Assert.True(build.ExitCode == 0, errors + await output);
        return Path.Combine(folder, "artifacts/firmware", name, "c-remote.elf");
    }
}
