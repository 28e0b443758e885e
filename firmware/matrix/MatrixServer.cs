// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using OpenAmp.Firmware.Services;
using OpenAmp.Rpmsg;

namespace OpenAmp.Firmware.Matrix;

/// <summary>Multiplies pairs of 6 × 6 matrices, for whoever asks.</summary>
internal struct MatrixServer : IFirmware<MatrixServer, Board>
{
    private const uint ShutdownMessage = 0xEF56_A55A;

    private uint _address;
    private uint _answered;

    private static ReadOnlySpan<byte> Name => "rpmsg-openamp-demo-channel"u8;

    public void Start(ref Remote<Board> remote) => _address = remote.Offer(Name);

    public void OnMessage(ref Remote<Board> remote, in RpmsgDelivery message)
    {
        Span<byte> product = stackalloc byte[MatrixService.ReplyBytes];
        if (MatrixService.TryAnswer(message.Payload, product))
        {
            _answered = unchecked(_answered + 1);
            _ = remote.Reply(message, product);
        }
        else if (message.LengthBytes >= sizeof(uint)
            && BinaryPrimitives.ReadUInt32LittleEndian(message.Payload) == ShutdownMessage)
        {
            TraceText.Write(_answered, " products\n"u8);
            remote.Withdraw(Name, _address);
        }
        else
        {
            FirmwareTrace.Write("not two matrices of order 6, but bytes: "u8);
            TraceText.Write(message.LengthBytes, "\n"u8);
        }
    }
}
