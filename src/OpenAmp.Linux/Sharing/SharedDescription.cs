// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>A processor or a link that a program of this user shares, at a moment.</summary>
public sealed record SharedDescription
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The program's name.</summary>
    public required string Program { get; init; }

    /// <summary>The program's process.</summary>
    public required int ProcessId { get; init; }

    /// <summary>Where it is shared.</summary>
    public required string SocketPath { get; init; }

    /// <summary>The processor's state; null for a link without a processor.</summary>
    public RemoteProcessorState? State { get; init; }

    /// <summary>What can be done to it.</summary>
    public DriverCapabilities Capabilities { get; init; }

    /// <summary>How often it was started, recoveries included.</summary>
    public int StartCount { get; init; }

    /// <summary>How often it crashed.</summary>
    public int CrashCount { get; init; }

    /// <summary>The last crash, or null.</summary>
    public RemoteCrash? LastCrash { get; init; }

    /// <summary>The format of its firmware, null when none is loaded.</summary>
    public string? FirmwareFormat { get; init; }

    /// <summary>The names of its trace buffers.</summary>
    public IReadOnlyList<string> Traces { get; init; } = [];

    /// <summary>Its links.</summary>
    public IReadOnlyList<SharedLinkDescription> Links { get; init; } = [];

    /// <summary>What other programs did with it.</summary>
    public SharingStatistics Sharing { get; init; }

    /// <summary>Asks a program what it shares at a socket, and nothing else: for lists.</summary>
    /// <param name="socketPath">The socket, from <see cref="SharedProcessors.List"/> or
    /// <see cref="SharedLinks.List"/>.</param>
    /// <param name="cancellationToken">Ends the wait for its answers.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="SharingException">The program refused, or is gone.</exception>
    /// <exception cref="TimeoutException">It did not answer within 5 s.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async ValueTask<SharedDescription> ReadAsync(string socketPath, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(socketPath);
        using SharingWatch watch = await SharingWatch.OpenAsync(socketPath, AnswerTime, cancellationToken)
            .ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerTime);
        try
        {
            List<SharedLinkDescription> links = [];
            foreach (SharedLinkState link in watch.First.Links)
            {
                if (await TryDescribeAsync(socketPath, link, limit.Token).ConfigureAwait(false) is { } described)
                {
                    links.Add(described);
                }
            }

            return From(watch.First, socketPath, links);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"The program at \"{socketPath}\" did not tell its links within {AnswerTime}.", error);
        }
    }

    private static SharedDescription From(
        SharedState state,
        string socketPath,
        IReadOnlyList<SharedLinkDescription> links)
    {
        ResourceTable? table = state.Table is { } bytes && ResourceTable.TryParse(bytes, out ResourceTable? read, out _)
            ? read : null;
        List<string> traces = [];
        foreach (TraceResource trace in table?.Traces ?? [])
        {
            traces.Add(trace.Name);
        }

        return new SharedDescription
        {
            Name = state.Name,
            Program = state.Program,
            ProcessId = state.Process,
            SocketPath = socketPath,
            State = state.State,
            Capabilities = state.Capabilities,
            StartCount = state.StartCount,
            CrashCount = state.CrashCount,
            LastCrash = state.LastCrash is { } crash
                ? new RemoteCrash(crash.Kind, crash.Message, crash.Time, crash.Number) : null,
            FirmwareFormat = state.Firmware?.Format,
            Traces = traces,
            Links = links,
            Sharing = state.Sharing,
        };
    }

    private static async ValueTask<SharedLinkDescription?> TryDescribeAsync(
        string path,
        SharedLinkState link,
        CancellationToken cancellationToken)
    {
        try
        {
            SharedServices told = await ServicesOfOthers.ReadAsync(path, link.Number, cancellationToken)
                .ConfigureAwait(false);
            return new SharedLinkDescription
            {
                Name = link.Name,
                Role = link.Role,
                MaxPayloadBytes = link.MaxPayloadBytes,
                Services = told.Services,
                Endpoints = told.Endpoints,
                EndpointCount = told.EndpointCount,
                Statistics = told.Statistics,
            };
        }
        catch (RpmsgClosedException)
        {
            return null; // It ended this moment.
        }
    }
}
