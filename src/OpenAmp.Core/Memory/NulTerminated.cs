// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Memory;

/// <summary>What the fixed-size name fields of both protocols have in common: the name ends at the first NUL.</summary>
/// <remarks>For private memory: a field in shared memory is copied first.</remarks>
internal static class NulTerminated
{
    /// <summary>Bytes before the first NUL; all of them when there is none.</summary>
    public static int LengthOf(ReadOnlySpan<byte> field)
    {
        int length = 0;
        while (length < field.Length && field[length] != 0)
        {
            length = unchecked(length + 1);
        }

        return length;
    }

    /// <summary>Copies what stands before the first NUL into a field of zeros. False, and nothing is copied, when the
    /// field would have no NUL left.</summary>
    public static bool TryCopy(ReadOnlySpan<byte> name, Span<byte> field)
    {
        int length = LengthOf(name);
        if (length >= field.Length)
        {
            return false;
        }

        name[..length].CopyTo(field);
        return true;
    }

    public static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (int i = 0; i < left.Length; i++)
        {
            if (left[i] != right[i])
            {
                return false;
            }
        }

        return true;
    }
}
