// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux.Tests;

/// <summary>A processor of this program that is shared, in a directory of its own.</summary>
internal sealed class SharedBench : IAsyncDisposable
{
    private readonly DirectoryInfo _directory;

    private SharedBench(DirectoryInfo directory, RemoteProcessor processor, ProcessorSharing sharing)
    {
        _directory = directory;
        Processor = processor;
        Sharing = sharing;
    }

    internal string Directory => _directory.FullName;

    /// <summary>The processor itself.</summary>
    internal RemoteProcessor Processor { get; }

    internal ProcessorSharing Sharing { get; }

    internal static Task<SharedBench> OpenAsync(CancellationToken cancellationToken)
        => OpenAsync(new(), new(), cancellationToken);

    internal static async Task<SharedBench> OpenAsync(
        SharingOptions sharing,
        RemoteProcessorOptions options,
        CancellationToken cancellationToken,
        params string[] arguments)
    {
        DirectoryInfo directory = System.IO.Directory.CreateTempSubdirectory("openamp-sharing-");
        RemoteProcessor processor = await RemoteProcessor.OpenAsync(
            new ProcessProcessorDriver(new() { Name = "m4", Arguments = arguments }), options, cancellationToken);
        return new SharedBench(
            directory,
            processor,
            ProcessorSharing.Share(processor, sharing with { Directory = directory.FullName }));
    }

    /// <summary>The processor as another program sees it.</summary>
    internal ValueTask<RemoteProcessor> ConnectAsync(CancellationToken cancellationToken)
        => SharedProcessor.OpenAsync(
            new SharedProcessorOptions { Selector = "m4", Directory = Directory }, cancellationToken);

    internal async Task StartAsync(string firmware, CancellationToken cancellationToken)
    {
        await Processor.LoadAsync(firmware, cancellationToken);
        await Processor.StartAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Sharing.DisposeAsync();
        await Processor.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
