// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Firmware.Services;

/// <summary>The matrix multiplication of the demo programs: two 6 × 6 matrices in, their product out.</summary>
/// <remarks>A matrix is 37 words of 32 bits, little endian: its order, then its rows. Numbers are taken modulo 2^32.
/// </remarks>
public static unsafe class MatrixService
{
    /// <summary>Length of a request: two matrices, in bytes.</summary>
    public const int RequestBytes = 2 * ReplyBytes;

    /// <summary>Length of a reply: one matrix, in bytes.</summary>
    public const int ReplyBytes = WordCount * sizeof(uint);

    private const int Order = 6;
    private const int WordCount = 1 + (Order * Order);

    /// <summary>Answers a request.</summary>
    /// <param name="request">The request, which may change while it is read.</param>
    /// <param name="reply">Room for <see cref="ReplyBytes"/>.</param>
    /// <returns><see langword="false"/>, writing nothing, when it is no request: of another length, or for another
    /// order.</returns>
    public static bool TryAnswer(ReadOnlySpan<byte> request, Span<byte> reply)
    {
        if (request.Length != RequestBytes || reply.Length < ReplyBytes)
        {
            return false;
        }

        // Copied first: only the copy is looked at.
        uint* left = stackalloc uint[2 * WordCount];
        uint* right = left + WordCount;
        request.CopyTo(new Span<byte>(left, RequestBytes));
        if (*left != Order || *right != Order)
        {
            return false;
        }

        uint* product = stackalloc uint[WordCount];
        *product = Order;
        for (int i = 0; i < Order * Order; i++)
        {
            product[1 + i] = Cell(left + 1 + (i - (i % Order)), right + 1 + (i % Order));
        }

        new ReadOnlySpan<byte>(product, ReplyBytes).CopyTo(reply);
        return true;
    }

    private static uint Cell(uint* row, uint* column)
    {
        uint sum = 0;
        for (int k = 0; k < Order; k++)
        {
            sum = unchecked(sum + (row[k] * column[k * Order]));
        }

        return sum;
    }
}
