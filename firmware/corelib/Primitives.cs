// SPDX-License-Identifier: BSD-3-Clause
// The types that the compilers know by name. Their members are what firmware may use of them, and no more.

using System.Runtime.CompilerServices;

namespace System;

public unsafe class Object
{
#pragma warning disable CS0169, CA1823 // Set by nobody: the compiler wants to know where it is.
    private readonly void* _methodTable;
#pragma warning restore CS0169, CA1823

    public virtual bool Equals(object? other) => RuntimeHelpers.ReferenceEquals(this, other);

    public virtual int GetHashCode() => 0;

    public virtual string? ToString() => null;
}

public abstract class ValueType
{
}

public abstract class Enum : ValueType
{
}

public struct Void
{
}

public readonly struct Boolean
{
    private readonly bool _value;
}

public readonly struct Char : IEquatable<char>
{
    public const char MaxValue = (char)0xFFFF;
    public const char MinValue = (char)0;
    private readonly char _value;

    public bool Equals(char other) => _value == other;
}

public readonly struct SByte : IEquatable<sbyte>
{
    public const sbyte MaxValue = 0x7F;
    public const sbyte MinValue = unchecked((sbyte)0x80);
    private readonly sbyte _value;

    public bool Equals(sbyte other) => _value == other;
}

public readonly struct Byte : IEquatable<byte>
{
    public const byte MaxValue = 0xFF;
    public const byte MinValue = 0;
    private readonly byte _value;

    public bool Equals(byte other) => _value == other;
}

public readonly struct Int16 : IEquatable<short>
{
    public const short MaxValue = 0x7FFF;
    public const short MinValue = unchecked((short)0x8000);
    private readonly short _value;

    public bool Equals(short other) => _value == other;
}

public readonly struct UInt16 : IEquatable<ushort>
{
    public const ushort MaxValue = 0xFFFF;
    public const ushort MinValue = 0;
    private readonly ushort _value;

    public bool Equals(ushort other) => _value == other;
}

public readonly struct Int32 : IEquatable<int>
{
    public const int MaxValue = 0x7FFFFFFF;
    public const int MinValue = unchecked((int)0x80000000);
    private readonly int _value;

    public bool Equals(int other) => _value == other;
}

public readonly struct UInt32 : IEquatable<uint>
{
    public const uint MaxValue = 0xFFFFFFFF;
    public const uint MinValue = 0;
    private readonly uint _value;

    public bool Equals(uint other) => _value == other;
}

public readonly struct Int64 : IEquatable<long>
{
    public const long MaxValue = 0x7FFFFFFFFFFFFFFF;
    public const long MinValue = unchecked((long)0x8000000000000000);
    private readonly long _value;

    public bool Equals(long other) => _value == other;
}

public readonly struct UInt64 : IEquatable<ulong>
{
    public const ulong MaxValue = 0xFFFFFFFFFFFFFFFF;
    public const ulong MinValue = 0;
    private readonly ulong _value;

    public bool Equals(ulong other) => _value == other;
}

public readonly unsafe struct IntPtr
{
    private readonly void* _value;

    public static nint Zero => 0;

    public static int Size => sizeof(nint);
}

public readonly unsafe struct UIntPtr
{
    private readonly void* _value;

    public static nuint Zero => 0;

    public static int Size => sizeof(nuint);
}

// For the compilers only: no member of theirs is used, and a processor may have no floating point.
public readonly struct Single
{
    private readonly float _value;
}

public readonly struct Double
{
    private readonly double _value;
}

public readonly struct Decimal
{
}

public struct Nullable<T>
    where T : struct
{
    private readonly bool hasValue;
    private T value;

    public Nullable(T value)
    {
        this.value = value;
        hasValue = true;
    }

    public readonly bool HasValue => hasValue;

    public readonly T Value
    {
        get
        {
            if (!hasValue)
            {
                Internal.Runtime.CompilerHelpers.ThrowHelpers.ThrowInvalidOperationException();
            }

            return value;
        }
    }

    public readonly T GetValueOrDefault() => value;

    public readonly T GetValueOrDefault(T defaultValue) => hasValue ? value : defaultValue;

    public static implicit operator Nullable<T>(T value) => new Nullable<T>(value);

    public static explicit operator T(Nullable<T> value) => value!.Value;
}

public interface IDisposable
{
    void Dispose();
}

public interface IEquatable<T>
{
    bool Equals(T other);
}

public readonly struct RuntimeTypeHandle
{
    private readonly nint _value;
}

public readonly struct RuntimeMethodHandle
{
    private readonly nint _value;
}

public readonly struct RuntimeFieldHandle
{
    private readonly nint _value;
}

/// <summary>Text in the program itself. Its bytes are what u8 literals are for: this exists for the compilers.
/// </summary>
public sealed class String
{
    private readonly int _length;
    private readonly char _firstChar;

    public int Length => _length;

    public char this[int index]
    {
        [Intrinsic]
        get
        {
            if ((uint)index >= (uint)_length)
            {
                Internal.Runtime.CompilerHelpers.ThrowHelpers.ThrowIndexOutOfRangeException();
            }

            return Unsafe.Add(ref Unsafe.AsRef(in _firstChar), index);
        }
    }
}

public abstract class Array
{
    private readonly int _length;

    public int Length => _length;
}

internal sealed class Array<T> : Array
{
}

public abstract class Type
{
}

public abstract class Delegate
{
}

public abstract class MulticastDelegate : Delegate
{
}

public abstract class Exception
{
}
