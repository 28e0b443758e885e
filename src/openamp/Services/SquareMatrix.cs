// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OpenAmp.Tool.Services;

/// <summary>A 6 x 6 matrix as it goes over the link: 148 bytes, little endian, its order first, then its
/// rows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SquareMatrix
{
    /// <summary>Rows, and columns.</summary>
    public const int MatrixOrder = 6;

    /// <summary>Length on the wire.</summary>
    public const int SizeBytes = 4 + (MatrixOrder * MatrixOrder * 4);

    private uint _order;
    private Elements _elements;

    /// <summary>Whether it says of itself that it is 6 x 6; what came from the peer may say anything.</summary>
    public readonly bool HasRightOrder => _order == MatrixOrder;

    /// <summary>The order it says it has.</summary>
    public readonly uint Order => _order;

    /// <summary>One element.</summary>
    public uint this[int row, int column]
    {
        readonly get => _elements[(row * MatrixOrder) + column];
        set => _elements[(row * MatrixOrder) + column] = value;
    }

    /// <summary>A matrix of numbers below 256, the same for the same seed, which is moved on.</summary>
    public static SquareMatrix FromSeed(ref uint seed)
    {
        // A linear congruential generator modulo 2^32; its upper bits are the good ones.
        const uint Multiplier = 747_796_405;
        const uint Increment = 2_891_336_453;
        const int UpperByteShift = 24;
        SquareMatrix matrix = new() { _order = MatrixOrder };
        for (int i = 0; i < MatrixOrder * MatrixOrder; i++)
        {
            seed = unchecked((seed * Multiplier) + Increment);
            matrix._elements[i] = seed >> UpperByteShift;
        }

        return matrix;
    }

    /// <summary>The product, modulo 2^32 an element, as in C.</summary>
    public static SquareMatrix Multiply(in SquareMatrix left, in SquareMatrix right)
    {
        SquareMatrix product = new() { _order = MatrixOrder };
        for (int row = 0; row < MatrixOrder; row++)
        {
            for (int column = 0; column < MatrixOrder; column++)
            {
                uint sum = 0;
                for (int k = 0; k < MatrixOrder; k++)
                {
                    sum = unchecked(sum + (left[row, k] * right[k, column]));
                }

                product[row, column] = sum;
            }
        }

        return product;
    }

    /// <summary>The matrix as bytes.</summary>
    public static Span<byte> BytesOf(ref SquareMatrix matrix)
        => MemoryMarshal.AsBytes(new Span<SquareMatrix>(ref matrix));

    [InlineArray(MatrixOrder * MatrixOrder)]
    private struct Elements
    {
        private uint _first;
    }
}
