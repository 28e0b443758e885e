// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Linux.Tests.Kernel.Remoteproc;

/// <summary>A kernel with one processor, and a folder for firmware.</summary>
public abstract class KernelBench : IDisposable
{
    private readonly CancellationTokenSource _deadline =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private protected KernelBench(bool hasLog = true)
    {
        _deadline.CancelAfter(TimeSpan.FromSeconds(60));
        Kernel = new FakeKernel(hasLog);
        Remote = Kernel.Add("m4");
    }

    /// <summary>Ends a test that waits for what does not come.</summary>
    protected CancellationToken Token => _deadline.Token;

    private protected FakeKernel Kernel { get; }

    private protected FakeProcessor Remote { get; }

    protected string Builds => Kernel.At("/home/builds");

    private protected KernelRemoteProcessorOptions Options => new()
    {
        Root = Kernel.Root,
        Selector = KernelRemoteprocSelector.ByName("m4"),
        Store = Kernel.Store,
        OpensLinks = false,
        PollInterval = TimeSpan.FromMilliseconds(20),
        FastPollInterval = TimeSpan.FromMilliseconds(2),
    };

    private protected ValueTask<KernelRemoteProcessor> OpenAsync(KernelRemoteProcessorOptions? options = null)
        => KernelRemoteProcessor.OpenAsync(options ?? Options, Token);

    private protected async ValueTask<KernelRemoteProcessor> StartAsync(KernelRemoteProcessorOptions? options = null)
    {
        KernelRemoteProcessor processor = await OpenAsync(options);
        await processor.LoadAsync(KernelFirmware.Write(Builds), Token);
        await processor.StartAsync(Token);
        return processor;
    }

    /// <summary>Waits for what another thread brings about.</summary>
    protected async Task UntilAsync(Func<bool> holds, string what)
    {
        for (int i = 0; i < 1000; i++)
        {
            if (holds())
            {
                return;
            }

            await Task.Delay(10, Token);
        }

        Assert.Fail($"Not within 10 s: {what}");
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        Remote.Unblocked.Set();
        Kernel.Dispose();
        _deadline.Dispose();
    }
}
