// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.IO.Pipelines;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using Xunit;

namespace OpenAmp.Rpmsg.Tests;

public sealed class StreamTests
{
    private static readonly RpmsgEndpointOptions Lossless = new()
    {
        ReceiveQueueCapacity = 4,
        WhenFull = ReceiveFullMode.PauseLink,
    };

    [Fact]
    public async Task AStreamCarriesEveryByteWhateverTheChunks()
        => await Gen.Select(Gen.Int[0, 700].Array[1, 12], Gen.Int[1, 600].Array[1, 6])
            .SampleAsync(
                async (int[] writes, int[] reads) =>
                {
                    await using Rig rig = Rig.Start(RigOptions.Small);
                    (RpmsgEndpoint near, RpmsgEndpoint far) = rig.Pair(VirtioRole.Device, Lossless);
                    byte[] sent = [.. Enumerable.Range(0, writes.Sum()).Select(i => (byte)(i % 251))];
                    await using RpmsgStream output = near.AsStream();
                    await using RpmsgStream input = far.AsStream();
                    Task writing = WriteAsync(output, sent, writes, rig.Token);
                    byte[] got = new byte[sent.Length];
                    for (int at = 0, i = 0; at < got.Length; i++)
                    {
                        int room = Math.Min(reads[i % reads.Length], got.Length - at);
                        int read = await input.ReadAsync(got.AsMemory(at, room), rig.Token);
                        Assert.InRange(read, 1, room);
                        at += read;
                    }

                    await writing;
                    Assert.Equal(sent, got);
                },
                iter: 60,
                threads: 1);

    [Fact]
    public async Task AStreamEndsWhenThePeerDestroysItsEndpointAndNotBeforeItsLastByte()
    {
        await using Rig rig = Rig.Start();
        Task<RpmsgEndpoint> one = rig.Driver.ConnectAsync("svc", rig.Token).AsTask();
        RpmsgEndpoint other = await rig.Device.ConnectAsync("svc", rig.Token);
        await using RpmsgStream input = other.AsStream();
        await using (RpmsgStream output = (await one).AsStream())
        {
            await output.WriteAsync("the last words"u8.ToArray(), rig.Token);
        }

        using var reader = new StreamReader(input, Encoding.UTF8);
        Assert.Equal("the last words", await reader.ReadToEndAsync(rig.Token));
        Assert.Equal(0, await input.ReadAsync(new byte[1], rig.Token));
    }

    [Fact]
    public async Task AStreamThatLostAMessageSaysSo()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { LocalAddress = 9, ReceiveQueueCapacity = 1 });
        await using RpmsgStream stream = endpoint.AsStream();
        rig.Peer.Send(7, 9, "kept"u8);
        rig.Peer.Send(7, 9, "lost"u8);
        await rig.SettleAsync();

        var thrown = await Assert.ThrowsAsync<IOException>(async () => await stream.ReadAsync(new byte[10], rig.Token));
        Assert.Contains("lost 1 message", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACancelledReadLosesNothingAndAPeerThatGoesIsAnError()
    {
        await using Rig rig = Rig.StartAlone(VirtioRole.Driver);
        await using RpmsgStream stream = rig.Link.CreateEndpoint(new() { LocalAddress = 9 }).AsStream();
        using var cancel = new CancellationTokenSource();
        ValueTask<int> reading = stream.ReadAsync(new byte[1], cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading);

        rig.Peer.Send(7, 9, "x"u8);
        Assert.Equal(1, await stream.ReadAsync(new byte[8], rig.Token));
        rig.Peer.Kill();
        var closed = await Assert.ThrowsAsync<RpmsgClosedException>(
            async () => await stream.ReadAsync(new byte[8], rig.Token));
        Assert.Equal(RpmsgCloseReason.PeerGone, closed.Reason);
    }

    [Fact]
    public async Task TheSynchronousVerbsWorkAndTheOthersAreRefused()
    {
        await using Rig rig = Rig.Start();
        (RpmsgEndpoint near, RpmsgEndpoint far) = rig.Pair(VirtioRole.Driver);
        byte[] read = new byte[8];
        RpmsgStream output = near.AsStream();
        RpmsgStream input = far.AsStream(ownsEndpoint: false);

        await Task.Run(() => Exchange(output, input, read), rig.Token).WaitAsync(rig.Token);

        Assert.Equal("sync"u8, read.AsSpan(0, 4));
        Assert.Throws<NotSupportedException>(() => input.Length);
        Assert.Throws<NotSupportedException>(() => input.Seek(0, SeekOrigin.Begin));
        await output.DisposeAsync();
        await input.DisposeAsync();
        Assert.False(input.CanRead);
        Assert.True(near.Completion.IsCompleted);
        Assert.False(far.Completion.IsCompleted);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await input.ReadAsync(read, rig.Token));
    }

    [Fact]
    public async Task LinesTravelOverPipesWhateverMessagesTheyFallInto()
    {
        await using Rig rig = Rig.Start(RigOptions.Small);
        (RpmsgEndpoint near, RpmsgEndpoint far) = rig.Pair(VirtioRole.Driver, Lossless);
        await using RpmsgDuplexPipe output = near.AsDuplexPipe();
        await using RpmsgDuplexPipe input = far.AsDuplexPipe();
        string[] lines = [.. Enumerable.Range(0, 200).Select(i => new string((char)('a' + (i % 26)), i * 7 % 900))];

        Task writing = Task.Run(
            async () =>
            {
                foreach (string line in lines)
                {
                    await output.Output.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), rig.Token);
                }
            },
            rig.Token);
        var got = new List<string>();
        while (got.Count < lines.Length)
        {
            ReadResult result = await input.Input.ReadAsync(rig.Token);
            ReadOnlySequence<byte> rest = result.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                got.Add(Encoding.UTF8.GetString(rest.Slice(0, end)));
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            input.Input.AdvanceTo(rest.Start, rest.End);
        }

        await writing.WaitAsync(rig.Token);
        Assert.Equal(lines, got);
    }

    private static void Exchange(RpmsgStream output, RpmsgStream input, byte[] read)
    {
        output.Write("sync"u8.ToArray(), 0, 4);
        output.Flush();
        Assert.Equal(4, input.Read(read, 0, 8));
    }

    private static async Task WriteAsync(Stream stream, byte[] bytes, int[] chunks, CancellationToken cancellationToken)
    {
        int at = 0;
        foreach (int chunk in chunks)
        {
            await stream.WriteAsync(bytes.AsMemory(at, chunk), cancellationToken);
            at += chunk;
        }
    }
}
