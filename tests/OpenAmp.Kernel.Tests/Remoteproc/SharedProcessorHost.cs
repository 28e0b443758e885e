// SPDX-License-Identifier: BSD-3-Clause

using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Kernel.Tests.Remoteproc;

/// <summary>One host for all tests of a class, that leave it offline. It starts with the first that asks.</summary>
public sealed class SharedProcessorHost : IAsyncLifetime
{
    private KernelProcessorHost? _host;

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _host?.DisposeAsync() ?? ValueTask.CompletedTask;

    internal async Task<KernelProcessorHost> GetAsync() => _host ??= await KernelProcessorHost.StartAsync();
}
