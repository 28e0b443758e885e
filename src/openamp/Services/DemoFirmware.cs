// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Services;

/// <summary>The firmware of the demo: takes the remote's part in every step, writes trace, ends when it is asked to,
/// and crashes on demand.</summary>
internal sealed class DemoFirmware : IDisposable
{
    /// <summary>Name of its trace buffer.</summary>
    public const string TraceName = "trace0";

    /// <summary>A message on this service makes it crash.</summary>
    public const string CrashServiceName = "openamp-demo-crash";

    private readonly RemoteEnvironment _environment;
    private readonly RpmsgLink _link;
    private readonly RemoteTrace _trace;
    private readonly CancellationTokenSource _ended = new();

    private DemoFirmware(RemoteEnvironment environment, RpmsgLink link, RemoteTrace trace)
    {
        _environment = environment;
        _link = link;
        _trace = trace;
    }

    /// <summary>Runs until it is stopped.</summary>
    public static async Task RunAsync(RemoteEnvironment environment)
    {
        RemoteTrace trace = environment.OpenTrace(TraceName);
        trace.WriteLine($"firmware of '{environment.Name}' is up, waiting for its host");
        RpmsgLink link = await environment.OpenRpmsgAsync(null, environment.Stopping).ConfigureAwait(false);
        using var firmware = new DemoFirmware(environment, link, trace);
        try
        {
            await firmware.ServeAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Asked to end.
        }

        await link.DisposeAsync().ConfigureAwait(false);
        trace.WriteLine("good-bye");
    }

    public void Dispose() => _ended.Dispose();

    private async Task ServeAsync()
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_environment.Stopping, _ended.Token);
        RpmsgEndpoint requests = await _link
            .CreateEndpointAsync(GracefulShutdown.DefaultServiceName, null, either.Token).ConfigureAwait(false);

        // Who reads this can already ask the firmware to end.
        _trace.WriteLine($"link is up, payloads up to {_link.MaxPayloadBytes} bytes");
        Task shutdown = AnswerShutdownAsync(requests, either.Token);
        Task crash = CrashOnDemandAsync(either.Token);
        foreach (DemoStep step in DemoStep.All(floodMessagesPerSize: 1))
        {
            DemoService service = step.Remote();
            service.LinkStaysOpen = true;
            await service.RunAsync(_link, either.Token).ConfigureAwait(false);
            _trace.WriteLine($"{step.Name}: {service.Tally.Messages} messages answered");
        }

        await Task.WhenAll(shutdown, crash).ConfigureAwait(false);
    }

    private async Task AnswerShutdownAsync(RpmsgEndpoint endpoint, CancellationToken cancellationToken)
    {
        using RpmsgMessage request = await endpoint.ReceiveAsync(cancellationToken).ConfigureAwait(false);
        _trace.WriteLine("asked to end");
        await endpoint.SendToAsync(request.Payload.ToArray(), request.Source, cancellationToken).ConfigureAwait(false);
        await _ended.CancelAsync().ConfigureAwait(false);
    }

    private async Task CrashOnDemandAsync(CancellationToken cancellationToken)
    {
        RpmsgEndpoint endpoint = await _link.CreateEndpointAsync(CrashServiceName, null, cancellationToken)
            .ConfigureAwait(false);
        using RpmsgMessage request = await endpoint.ReceiveAsync(cancellationToken).ConfigureAwait(false);
        _trace.WriteLine("asked to crash: these are my last words");
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }
}
