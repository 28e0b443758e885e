// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Services;

/// <summary>Multiplies pairs of matrices.</summary>
internal sealed class MatrixServerService : AnsweringService
{
    public override string Counterpart => "matrix-client";

    protected override void Answer(RpmsgEndpoint endpoint, ref RpmsgInlineMessage message)
    {
        const int RequestBytes = 2 * SquareMatrix.SizeBytes;
        if (message.Payload.Length != RequestBytes)
        {
            throw new ServiceFailedException(
                $"request {Tally.Messages} has {message.Payload.Length} bytes; two 6 x 6 matrices have {RequestBytes}");
        }

        // Copied first: the peer can change the message while it is looked at.
        SquareMatrix left = MemoryMarshal.Read<SquareMatrix>(message.Payload);
        SquareMatrix right = MemoryMarshal.Read<SquareMatrix>(message.Payload[SquareMatrix.SizeBytes..]);
        if (!left.HasRightOrder || !right.HasRightOrder)
        {
            throw new ServiceFailedException(
                $"request {Tally.Messages} is for matrices of order {left.Order} and {right.Order}; expected 6 and 6");
        }

        SquareMatrix product = SquareMatrix.Multiply(left, right);
        Answers.Give(endpoint, SquareMatrix.BytesOf(ref product), message.Source);
    }
}
