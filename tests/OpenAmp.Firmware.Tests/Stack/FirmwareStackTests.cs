// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Stack;
using Xunit;

namespace OpenAmp.Firmware.Tests.Stack;

/// <summary>The stacks of real firmware: what was computed, against what it uses.</summary>
public sealed class FirmwareStackTests
{
    private const int MessageCount = 500;

    /// <summary>The analysis adds up ways that need not be gone in one run, among them the report of a panic.</summary>
    private const int MostTimes = 3;

    [Theory]
    [InlineData("mps2-an386")]
    [InlineData("virt-a53")]
    public async Task TheBoundCoversWhatAThreadHasUsedAndIsNotFarFromIt(string name)
    {
        await using FirmwareBoard board = await FirmwareBoard.StartAsync("echo", name);
        await using RpmsgEndpoint echo = await board.ConnectAsync(FirmwareBoard.Echo);
        await board.EchoAsync(echo, MessageCount);
        CodeImage image = await ReadAsync("echo", name);
        StackReport report = StackAnalysis.Of(image);
        long used = Used(board, image, "__stack_low", "__stack_high");
        long handlersUsed = Used(board, image, "__handler_stack_low", "__handler_stack_high");
        long bound = StackProgram.BoundOf(report, "thread");
        TestContext.Current.SendDiagnosticMessage(
            $"{name}: thread used {used} of {bound}, handlers {handlersUsed} of {report.Stacks[1].BoundBytes}");
        Assert.InRange(used, 100, bound);
        Assert.InRange(bound, used, MostTimes * used);
        Assert.InRange(handlersUsed, 8, report.Stacks[1].BoundBytes);
    }

    [Fact]
    public async Task TheBuildWritesBothBoundsBesideTheFirmware()
    {
        string path = await FirmwareImages.BuildAsync("echo", "mps2-an386");
        using var size = JsonDocument.Parse(await File.ReadAllTextAsync(
            Path.ChangeExtension(path, ".size.json"), TestContext.Current.CancellationToken));
        StackReport report = StackAnalysis.Of(await ReadAsync("echo", "mps2-an386"));
        Assert.Equal(
            report.Stacks.Select(bound => (bound.Stack, bound.BoundBytes, bound.ReservedBytes ?? 0)),
            size.RootElement.GetProperty("stacks").EnumerateArray().Select(bound => (
                bound.GetProperty("stack").GetString()!,
                bound.GetProperty("boundBytes").GetInt64(),
                bound.GetProperty("reservedBytes").GetInt64())));
    }

    [Fact]
    public async Task AStackThatIsTooSmallFailsTheBuildWithFiguresAndTheDeepestCalls()
    {
        string path = await FirmwareImages.BuildAsync("echo", "mps2-an386");
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../.."));
        DirectoryInfo folder = Directory.CreateTempSubdirectory("openamp-stack-");
        try
        {
            var start = new ProcessStartInfo(
                "dotnet",
                [
                    "build", Path.Combine(root, "firmware/echo"), "--no-restore", "--disable-build-servers",
                    "-p:Board=mps2-an386", "-p:FirmwareStackBytes=256", $"-p:FirmwareOutputPath={folder.FullName}/",
                ])
            {
                RedirectStandardOutput = true,
            };
            using Process build = Process.Start(start)!;
            string output = await build.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await build.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.NotEqual(0, build.ExitCode);
            Assert.Contains(
                "error OAF101: echo on mps2-an386: the stack 'thread' takes up to", output, StringComparison.Ordinal);
            Assert.Contains("and 256 are set aside", output, StringComparison.Ordinal);
            Assert.Contains("Entry.Main 0 > Remote.Run", output, StringComparison.Ordinal);
            Assert.False(File.Exists(Path.Combine(folder.FullName, "echo.elf")), "The firmware was kept.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<CodeImage> ReadAsync(string name, string board)
    {
        string path = await FirmwareImages.BuildAsync(name, board);
        return new(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken), path);
    }

    // Memory is zero when a board starts: above the lowest word that is not, everything may have been used.
    private static long Used(FirmwareBoard board, CodeImage image, string low, string high)
    {
        ulong start = image.Find(low)!.Value;
        ulong length = image.Find(high)!.Value - start;
        Assert.True(board.Processor.Memory.TryTranslate(new DeviceAddress(start), length, out SharedRegion memory));
        unsafe
        {
            // SAFETY: the region was given for this address and length, and the board is alive.
            var bytes = new ReadOnlySpan<byte>(memory.Start, checked((int)length));
            int lowest = bytes.IndexOfAnyExcept((byte)0);
            return lowest < 0 ? 0 : bytes.Length - lowest;
        }
    }
}
