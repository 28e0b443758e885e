// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>Finds a checked entry of a table's copy in the shared table.</summary>
internal static unsafe class LiveEntry
{
    // Offset 0 is a table's head, so no entry that was read stands there. Words are 32 bits, whatever the version.
    public static bool TryLocate(in SharedRegion table, uint offsetBytes, uint lengthBytes, out byte* entry)
    {
        entry = null;
        if (offsetBytes == 0 || (ulong)offsetBytes + lengthBytes > table.LengthBytes)
        {
            return false;
        }

        byte* candidate = table.Start + offsetBytes;
        if (((nuint)candidate & 3) != 0)
        {
            return false;
        }

        entry = candidate;
        return true;
    }
}
