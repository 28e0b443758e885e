// SPDX-License-Identifier: BSD-3-Clause

using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Services;

/// <summary>Runs a service on a link that was there before and stays.</summary>
internal sealed class LinkedSession(RpmsgLink link, DemoService service) : IServiceProgress
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DemoService Service => service;

    DemoService? IServiceProgress.Service => service;

    public SessionTotals Totals { get; } = new();

    public Task Ended => _ended.Task;

    public string WaitingFor => service.IsConnected
        ? $"{service.Tally.Messages} of {service.ExpectedMessages} messages are through; try a longer --timeout"
        : $"the firmware did not announce {service.Name}; look at its trace";

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="ServiceFailedException">It could not be done.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        service.LinkStaysOpen = true;
        try
        {
            await service.RunAsync(link, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Totals.Add(service.Tally, link.GetStatistics());
            _ended.TrySetResult();
        }
    }
}
