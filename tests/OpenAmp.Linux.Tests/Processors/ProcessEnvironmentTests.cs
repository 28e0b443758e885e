// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>Firmware in .NET, processors in a star and in a chain, and the end of a host.</summary>
public sealed class ProcessEnvironmentTests(Firmware firmware) : IClassFixture<Firmware>, IDisposable
{
    private readonly CancellationTokenSource _limit = Firmware.Limit();

    private CancellationToken Limit => _limit.Token;

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task DotnetFirmwareEchoesAndEndsWhenItIsAsked()
    {
        // A grace that is longer than the test: it has to end by itself.
        await using RemoteProcessor processor = await StartDotnetAsync("firmware");
        await Firmware.EchoAsync(processor.Rpmsg, "hello", Limit);
        _ = await processor.StopAsync(Limit);
        await processor.StartAsync(Limit);
        await Firmware.EchoAsync(processor.Rpmsg, "again", Limit);
    }

    [Fact]
    public async Task CrashOfDotnetFirmwareIsTold()
    {
        await using RemoteProcessor processor = await StartDotnetAsync("firmware");
        await using RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, Limit);
        await Firmware.SayAsync(endpoint, "exit 3", Limit);
        await processor.WaitForStateAsync(RemoteProcessorState.Crashed, Limit);
        Assert.Contains("exited with code 3", processor.LastCrash!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TraceThatRingsArrivesLongBeforeTheNextLook()
    {
        TraceList trace = new();
        ProcessProcessorDriver driver = new(new() { Arguments = DotnetFirmware.Playing("trace-firmware") });
        RemoteProcessorOptions options = new()
        {
            TraceSinks = [trace],
            Trace = new() { PollInterval = TimeSpan.FromHours(1) },
        };
        await using RemoteProcessor processor = await RemoteProcessor.OpenAsync(driver, options, Limit);
        await processor.LoadAsync(DotnetFirmware.TracePath, Limit);
        await processor.StartAsync(Limit);
        await using RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, Limit);
        for (int line = 1; line <= 3; line++)
        {
            await Firmware.EchoAsync(endpoint, $"line {line}", Limit);
            Assert.True(SpinWait.SpinUntil(() => trace.Lines.Count == line, Firmware.Patience));
        }

        Assert.Equal(["line 1", "line 2", "line 3"], trace.Lines);
    }

    [Fact]
    public async Task FourProcessorsRunAtOnce()
    {
        RemoteProcessor[] star = await Task.WhenAll(Enumerable.Range(0, 4).Select(StartNativeAsync));
        await Task.WhenAll(star.Select((processor, i) => Firmware.EchoAsync(processor.Rpmsg, $"ray {i}", Limit)));
        await Task.WhenAll(star.Select(processor => processor.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task FirmwareThatIsAHostItselfAnswersByItsOwnProcessor()
    {
        await using RemoteProcessor processor = await StartDotnetAsync("chain", firmware.EchoPath);
        await using RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, Limit);
        await Firmware.SayAsync(endpoint, "hello", Limit);
        using RpmsgMessage answer = await endpoint.ReceiveAsync(Limit);
        Assert.Equal("inner: hello"u8, answer.Payload);
    }

    [Theory]
    [InlineData("running")]
    [InlineData("suspended")]
    public async Task NativeFirmwareEndsWithItsHost(string state)
        => await EndsWithItsHostAsync([firmware.EchoPath, state]);

    [Theory]
    [InlineData("firmware")]
    [InlineData("deaf-firmware")]
    public async Task DotnetFirmwareEndsWithItsHost(string role)
        => await EndsWithItsHostAsync([DotnetFirmware.Path, "running", .. DotnetFirmware.Playing(role)]);

    [Fact]
    public void ProgramThatNoProcessorStartedIsToldHowToRun()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => ProcessEnvironment.Open());
        Assert.Contains("openamp run", error.Message, StringComparison.Ordinal);
        Assert.False(ProcessEnvironment.IsPresent);
    }

    [Theory]
    [InlineData("2 name=x", "version")]
    [InlineData("x", "version")]
    [InlineData("1", "lacks")]
    [InlineData("1 name=x memory=3:0x0:0x1000:0x0", "lacks")]
    [InlineData("1 name=", "\"name=\"")]
    [InlineData("1 name=a name=b", "\"name=b\"")]
    [InlineData("1 name=x memory=2:0x0:0x1000:0x0", "memory=2")]
    [InlineData("1 name=x memory=3:0x0:0x0:0x0", "memory=3")]
    [InlineData("1 name=x memory=3:0xffffffffffffffff:0x1000:0x0", "memory=3")]
    [InlineData("1 name=x memory=3:0:0x1000:0x0", "memory=3")]
    [InlineData("1 name=x memory=3:0x0:0x1000:0x0 lifeline=3", "different")]
    [InlineData("1 name=x memory=3:0x0:0x1000:0x0 lifeline=4 table=0xff0:0x20", "outside")]
    [InlineData("1 name=x memory=3:0x0:0x1000:0x0 lifeline=4 vdev=0:5:6 vdev=0:7:8", "vdev=0:7:8")]
    [InlineData("1 name=x memory=3:0x0:0x1000:0x0 lifeline=4 notify=-1:5", "notify=-1:5")]
    [InlineData("1 name=x memory=999:0x0:0x1000:0x0 lifeline=998", "\"closed\"")]
    [InlineData("1 name=x future=1 memory=999:0x0:0x1000:0x0 lifeline=998", "\"closed\"")]
    public void MalformedEnvironmentIsRefusedWithItsFault(string text, string fault)
        => Assert.Contains(fault, Refusal(text).Message, StringComparison.Ordinal);

    [Fact]
    public void AnyTextIsRefusedAndNoDescriptorIsTouched()
    {
        string[] words =
        [
            "1", "name=x", "memory=3:0x0:0x1000:0x0", "lifeline=4", "lifeline=0", "vdev=0:5:6", "vdev=1:5",
            "notify=1:7", "table=0x0:0x10", "=", ":", "memory=", "\0", "memory=99999999999:0x0:0x1:0x0",
        ];
        Gen<string> text = Gen.OneOf(
            Gen.Int[0, words.Length - 1].Array[0, 8].Select(chosen => string.Join(' ', chosen.Select(i => words[i]))),
            Gen.String);
        int before = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        text.Where(value => !value.Contains('\0', StringComparison.Ordinal) && value.Length > 0)
            .Sample(value => _ = Refusal(value), iter: 500, threads: 1);
        Assert.Equal(before, Directory.GetFileSystemEntries("/proc/self/fd").Length);
    }

    private static InvalidOperationException Refusal(string text)
    {
        Environment.SetEnvironmentVariable(ProcessEnvironment.VariableName, text);
        try
        {
            return Assert.Throws<InvalidOperationException>(() => ProcessEnvironment.Open());
        }
        finally
        {
            Environment.SetEnvironmentVariable(ProcessEnvironment.VariableName, null);
        }
    }

    private static async Task EndsWithItsHostAsync(string[] arguments)
    {
        using OtherProcess host = OtherProcess.Start("host", arguments);
        string line = Assert.IsType<string>(await host.ReadLineAsync());
        int process = int.Parse(line, CultureInfo.InvariantCulture);
        Assert.True(Runs(process));
        host.Kill();
        Assert.True(SpinWait.SpinUntil(() => !Runs(process), Firmware.Patience));
    }

    private static bool Runs(int process)
    {
        try
        {
            // Who nobody reaps is a zombie, and runs no more.
            string state = File.ReadAllText($"/proc/{process}/stat").Split(')')[^1].TrimStart();
            return !state.StartsWith('Z');
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task<RemoteProcessor> StartDotnetAsync(string role, params string[] more)
    {
        ProcessProcessorDriver driver = new(new()
        {
            Arguments = DotnetFirmware.Playing(role, more),
            StopGrace = Firmware.Patience,
        });
        return await StartAsync(driver, DotnetFirmware.Path);
    }

    private Task<RemoteProcessor> StartNativeAsync(int number)
        => StartAsync(new ProcessProcessorDriver(new() { Name = $"ray{number}" }), firmware.EchoPath);

    private async Task<RemoteProcessor> StartAsync(ProcessProcessorDriver driver, string path)
    {
        RemoteProcessor processor = await RemoteProcessor.OpenAsync(driver, Limit);
        await processor.LoadAsync(path, Limit);
        await processor.StartAsync(Limit);
        return processor;
    }
}
