// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Qemu.Tests;

/// <summary>QEMU's virt machine with its ivshmem-doorbell device at a server. Killed when disposed.</summary>
internal sealed class IvshmemMachine : IDisposable
{
    private const string Program = "qemu-system-aarch64";

    private readonly Process _process;

    private IvshmemMachine(IvshmemPlace place, int vectors, params string[] more)
    {
        ProcessStartInfo start = new(Program,
        [
            "-M", "virt,highmem=off,gic-version=2", "-cpu", "cortex-a53", "-smp", "1,maxcpus=2", "-m", "64M",
            "-nodefaults", "-display", "none", "-chardev", $"socket,id=iv,path={place.SocketPath}",
            "-device", $"ivshmem-doorbell,chardev=iv,vectors={vectors}", .. more,
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start) ?? throw new IOException($"{Program} did not start.");
    }

    /// <summary>A machine that never runs, with its monitor on its standard input and output.</summary>
    internal static IvshmemMachine Hold(IvshmemPlace place)
    {
        CRemote.SkipWithoutTools();
        return new IvshmemMachine(place, 2, "-S", "-monitor", "stdio");
    }

    /// <summary>A machine that runs firmware/ivshmem-echo, with its console on its standard output, in the role
    /// that its id gives it or in another.</summary>
    internal static IvshmemMachine Run(IvshmemPlace place, VirtioRole? role = null)
    {
        CRemote.SkipWithoutTools();
        int word = role switch
        {
            VirtioRole.Driver => 1,
            VirtioRole.Device => 2,
            _ => 0,
        };
        return new IvshmemMachine(place, 1, "-serial", "stdio",
            "-device", $"loader,file={IvshmemFirmware.Path},cpu-num=0",
            "-device", $"loader,addr=0x41000000,data={word},data-len=4");
    }

    internal void Kill() => _process.Kill();

    /// <summary>Reads the console until a line comes.</summary>
    internal async Task UntilSaysAsync(string line)
    {
        using CancellationTokenSource limit = Limit();
        StringBuilder said = new();
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } next)
        {
            if (next.TrimEnd('\r') == line)
            {
                return;
            }

            _ = said.Append(next).Append('\n');
        }

        Assert.Fail($"The machine ended without saying \"{line}\". It said: {said}");
    }

    /// <summary>Asks the monitor.</summary>
    internal async Task<string> AskAsync(string question)
    {
        using CancellationTokenSource limit = Limit();
        await _process.StandardInput.WriteLineAsync(question.AsMemory(), limit.Token);
        await _process.StandardInput.WriteLineAsync("print 1".AsMemory(), limit.Token);
        await _process.StandardInput.FlushAsync(limit.Token);
        StringBuilder answer = new();
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line && line != "0x1")
        {
            _ = answer.Append(line).Append('\n');
        }

        return answer.ToString();
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static CancellationTokenSource Limit()
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(IvshmemPlace.Limit);
        return limit;
    }
}
