// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Objects;
using Xunit;

namespace OpenAmp.Firmware.Tests.Services;

/// <summary>What a host learns of a firmware that has failed: the crash, the trace, the dump.</summary>
public sealed class PanicTests : IDisposable
{
    private readonly DirectoryInfo _dumps = Directory.CreateTempSubdirectory("openamp-panic-");

    public void Dispose() => _dumps.Delete(recursive: true);

    // A check of compiled code ends in openamp_panic, and who called it has failed; a fault tells its own place.
    [Theory]
    [InlineData("mps2-an386", "index", "index out of range", "openamp_panic", "FaultService__OnMessage")]
    [InlineData("mps2-an386", "asked", "asked to crash", "openamp_panic", "Panic__Because")]
    [InlineData("mps2-an386", "null", "null reference", "FaultService__OnMessage", "__Dispatch")]
    [InlineData("virt-a53", "index", "index out of range", "openamp_panic", "FaultService__OnMessage")]
    [InlineData("virt-a53", "null", "null reference", "FaultService__OnMessage", "__Dispatch")]
    public async Task APanicIsToldInTheCrashTheTraceAndTheDump(
        string name, string fault, string cause, string place, string caller)
    {
        var trace = new TraceLines();
        await using FirmwareBoard board = await FirmwareBoard.StartAsync("faults", name, new()
        {
            TraceSinks = [trace],
            CoreDump = new CoreDumpOptions { Mode = CoreDumpMode.Inline, Directory = _dumps.FullName },
            Recovery = RecoveryPolicy.AtMost(1, TimeSpan.FromMinutes(10)),
        });
        RpmsgEndpoint faults = await board.ConnectAsync("openamp-demo-crash");
        Task recovered = board.Processor.WaitForChangeAsync(RemoteProcessorState.Running, board.Token);
        await faults.SendAsync(Encoding.ASCII.GetBytes(fault), board.Token);
        await recovered;
        await faults.DisposeAsync();

        JsonElement report = await InspectAsync(await FirmwareImages.BuildAsync("faults", name));
        JsonElement thread = report.GetProperty("threads")[0];
        string counter = AssertRegisters(thread, name == "virt-a53" ? 34 : 17);
        Assert.Contains(place, thread.GetProperty("programCounterSymbol").GetString()!, StringComparison.Ordinal);
        Assert.Contains(caller, thread.GetProperty("returnSymbol").GetString()!, StringComparison.Ordinal);
        Assert.Equal(
            fault == "asked" ? CrashKind.FatalError : CrashKind.MemoryFault, board.Processor.LastCrash!.Kind);
        Assert.Matches($"at {counter} in [A-Za-z_]*{place}", board.Processor.LastCrash.Message);
        AssertTrace(trace.All, cause, counter, name == "virt-a53" ? 16 : 8);
    }

    // The program counter, as the report has it.
    private static string AssertRegisters(JsonElement thread, int count)
    {
        JsonElement[] registers = [.. thread.GetProperty("registers").EnumerateArray()];
        Assert.True(registers.Length >= count, $"{registers.Length} registers, expected at least {count}.");
        return registers.Single(register => register.GetProperty("name").GetString() == "pc")
            .GetProperty("value").GetString()!;
    }

    private static void AssertTrace(string[] lines, string cause, string counter, int digits)
    {
        Assert.Contains($"*** panic: {cause}", lines);
        int stack = Array.IndexOf(lines, "stack:");
        Assert.InRange(stack, 4, lines.Length - 2);
        Assert.Contains(
            lines[..stack],
            line => line.Contains(counter[2..].PadLeft(digits, '0'), StringComparison.Ordinal));
        Assert.Matches($"^([0-9a-f]{{{digits}}} ?){{4}}$", lines[stack + 1]);
    }

    private async Task<JsonElement> InspectAsync(string elf)
    {
        string tool = typeof(ObjectFile).Assembly.Location;
        string dump = Assert.Single(Directory.GetFiles(_dumps.FullName, "*.core"));
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] line = [tool, "coredump", "inspect", dump, "--firmware", elf, "--json"];
        Array.ForEach(line, start.ArgumentList.Add);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output + await errors);
        using var report = JsonDocument.Parse(output);
        return report.RootElement.Clone();
    }
}
