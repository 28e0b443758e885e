// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Life;

/// <summary>A processor with a key: what is not signed does not reach its memory.</summary>
public sealed class AuthenticationTests : IDisposable
{
    private readonly FirmwareSigningKey _key = NewKey();

    private static CancellationToken Token => Board.Token;

    public void Dispose() => _key.Dispose();

    [Fact]
    public async Task SignedFirmwareRunsAndRestarts()
    {
        await using Board board = await OpenAsync();
        await board.Processor.LoadAsync(FirmwareStore.FromMemory(Sign(_key)), Token);
        await board.Processor.StartAsync(Token);
        await board.EchoAsync();
        await board.Processor.StopAsync(Token);
        await board.Processor.StartAsync(Token);
        await board.EchoAsync();
    }

    [Fact]
    public async Task UnsignedFirmwareIsRefusedBeforeAByteReachesTheMemory()
        => await AssertRefusedAsync(Board.Image());

    [Fact]
    public async Task FirmwareSignedByAnotherKeyIsRefusedBeforeAByteReachesTheMemory()
    {
        using FirmwareSigningKey other = NewKey();
        await AssertRefusedAsync(Sign(other));
    }

    [Fact]
    public async Task AlteredFirmwareIsRefusedBeforeAByteReachesTheMemory()
    {
        byte[] signed = Sign(_key);
        signed[^20] ^= 1;
        await AssertRefusedAsync(signed);
    }

    [Fact]
    public async Task ASignatureOfSegmentsAloneDoesNotLoadARawImage()
    {
        // The raw format takes anything, and comes first: it would load bytes that the signature does not cover.
        byte[] signed = FirmwareSigner.Sign(
            [Board.Image()], _key, new FirmwareSigningOptions { IncludeImageDigests = false });
        RemoteProcessorOptions options = Options with
        {
            Formats = [new RawFirmwareFormat(new DeviceAddress(0x1000_0000)), new ElfFirmwareFormat()],
        };
        await using Board board = await Board.OpenAsync(options: options);
        await board.Processor.LoadAsync(FirmwareStore.FromMemory(signed), Token);

        Assert.Equal("ELF32", board.Processor.Image!.FormatName);
    }

    private RemoteProcessorOptions Options
        => Board.Quick with { Verifier = new OpteeFirmwareVerifier(_key.PublicKey) };

    private static FirmwareSigningKey NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return FirmwareSigningKey.FromPem(key.ExportPkcs8PrivateKeyPem());
    }

    private static byte[] Sign(FirmwareSigningKey key) => FirmwareSigner.Sign([Board.Image()], key, null);

    private async Task<Board> OpenAsync() => await Board.OpenAsync(options: Options);

    private async Task AssertRefusedAsync(byte[] firmware)
    {
        await using Board board = await OpenAsync();
        byte[] before = Memory(board);

        await Assert.ThrowsAsync<FirmwareAuthenticationException>(
            async () => await board.Processor.LoadAsync(FirmwareStore.FromMemory(firmware), Token));
        Assert.Equal(RemoteProcessorState.Offline, board.State);
        Assert.Equal(before, Memory(board));
    }

    private static unsafe byte[] Memory(Board board)
    {
        SharedRegion memory = board.Processor.Memory.Regions.Single(region => region.IsPool).Memory;
        return new ReadOnlySpan<byte>(memory.Start, checked((int)memory.LengthBytes)).ToArray();
    }
}
