// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;

namespace OpenAmp.Tool.Services;

/// <summary>Has 200 pairs of matrices multiplied by the peer, and checks the products.</summary>
internal sealed class MatrixClientService : RoundTripService
{
    private const int RoundCount = 200;

    private uint _seed = 1;
    private SquareMatrix _expected;

    public override string Counterpart => "matrix-server";

    public override long ExpectedMessages => RoundCount;

    protected override int WriteQuestion(Span<byte> question)
    {
        var left = SquareMatrix.FromSeed(ref _seed);
        var right = SquareMatrix.FromSeed(ref _seed);
        _expected = SquareMatrix.Multiply(left, right);
        MemoryMarshal.Write(question, left);
        MemoryMarshal.Write(question[SquareMatrix.SizeBytes..], right);
        return 2 * SquareMatrix.SizeBytes;
    }

    protected override string? FindError(ReadOnlySpan<byte> answer)
    {
        if (answer.Length != SquareMatrix.SizeBytes)
        {
            return $"the product has {answer.Length} bytes; expected {SquareMatrix.SizeBytes}";
        }

        return answer.SequenceEqual(SquareMatrix.BytesOf(ref _expected)) ? null : "the product is wrong";
    }
}
