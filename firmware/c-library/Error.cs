// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.CLibrary;

/// <summary>enum openamp_error of openamp.h, which says what each means.</summary>
internal enum Error
{
    Ok = 0,
    Argument = -1,
    Version = -2,
    Down = -3,
    NoBuffer = -4,
    TooLong = -5,
    Broken = -6,
    NoRoom = -7,
    AddressTaken = -8,
    NoNameService = -9,
    Features = -10,
    RingToHost = -11,
    RingFromHost = -12,
    Busy = -13,
}
