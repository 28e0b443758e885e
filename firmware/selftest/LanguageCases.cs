// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Threading;

namespace OpenAmp.Firmware.SelfTest;

/// <summary>What of C# firmware is written in: generics over structs, static members of interfaces, function pointers,
/// atomic changes, numbers at odd addresses.</summary>
internal static class LanguageCases
{
    private static int s_word;
    private static uint s_initial = 0xCAFE_F00D;

    private interface IShape
    {
        static abstract int Sides { get; }

        int Area(int scale);
    }

    public static void Run<TReport>(ref TReport report)
        where TReport : struct, ICaseReport
    {
        report.Check("static field with a value"u8, 0xCAFE_F00D, s_initial);
        s_initial = 0;
        Generics(ref report);
        Atomics(ref report);
        Bytes(ref report);
        Functions(ref report);
    }

    private static void Generics<TReport>(ref TReport report)
        where TReport : struct, ICaseReport
    {
        report.Check("static member of an interface"u8, 3, (ulong)SidesOf<Triangle>());
        report.Check("static member of another"u8, 4, (ulong)SidesOf<Square>());
        report.Check("member through a type argument"u8, 50, (ulong)AreaOf(new Square(5), 2));
        int? none = Opaque.Of(1) == 1 ? null : 4;
        int? some = Opaque.Of(7);
        report.Check("nullable without a value"u8, 9, (ulong)(none ?? 9));
        report.Check("nullable with a value"u8, 7, (ulong)some.Value);
        (int low, int high) = Halves(Opaque.Of(0x0012_0034));
        report.Check("tuple"u8, 0x12 + 0x34, (ulong)(low + high));
        Ten tens = default;
        for (int i = 0; i < 10; i++)
        {
            tens[i] = (ushort)(i * 3);
        }

        report.Check("inline array"u8, 27, tens[Opaque.Of(9)]);
        Pair<Square> pair = new(new Square(2), new Square(Opaque.Of(3)));
        report.Check("generic struct"u8, 13, (ulong)(pair.First.Area(1) + pair.Second.Area(1)));
        report.Check("size of a generic struct"u8, 8, (ulong)Unsafe.SizeOf<Pair<Square>>());
    }

    private static int SidesOf<TShape>()
        where TShape : struct, IShape => TShape.Sides;

    private static int AreaOf<TShape>(TShape shape, int scale)
        where TShape : struct, IShape => shape.Area(scale);

    private static (int Low, int High) Halves(int value) => (value & 0xFFFF, value >> 16);

    private static void Atomics<TReport>(ref TReport report)
        where TReport : struct, ICaseReport
    {
        s_word = 5;
        report.Check("exchange gives what was"u8, 5, (ulong)Interlocked.Exchange(ref s_word, 6));
        report.Check("compare and exchange"u8, 6, (ulong)Interlocked.CompareExchange(ref s_word, 9, 6));
        report.Check("compare and leave"u8, 9, (ulong)Interlocked.CompareExchange(ref s_word, 1, 6));
        report.Check("left as it was"u8, 9, (ulong)Volatile.Read(ref s_word));
        report.Check("add gives the sum"u8, 12, (ulong)Interlocked.Add(ref s_word, 3));
        report.Check("increment"u8, 13, (ulong)Interlocked.Increment(ref s_word));
        report.Check("decrement"u8, 12, (ulong)Interlocked.Decrement(ref s_word));
        Volatile.Write(ref s_word, 77);
        Interlocked.MemoryBarrier();
        report.Check("volatile write"u8, 77, (ulong)Volatile.Read(ref s_word));
    }

    private static void Bytes<TReport>(ref TReport report)
        where TReport : struct, ICaseReport
    {
        Span<byte> bytes = stackalloc byte[16];
        for (int at = 0; at < 8; at++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[at..], 0x0102_0304_0506_0708);
            report.Check("first byte, little-endian"u8, 8, bytes[at]);
            report.Check("64 bits at any address"u8, 0x0102_0304_0506_0708, Read64(bytes[at..]));
            BinaryPrimitives.WriteUInt32BigEndian(bytes[at..], 0x0A0B_0C0D);
            report.Check("first byte, big-endian"u8, 0x0A, bytes[at]);
            report.Check(
                "32 bits the other way round"u8, 0x0D0C_0B0A, BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]));
            BinaryPrimitives.WriteUInt16BigEndian(bytes[at..], 0x1234);
            report.Check("16 bits"u8, 0x1234, BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]));
        }
    }

    private static ulong Read64(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    private static unsafe void Functions<TReport>(ref TReport report)
        where TReport : struct, ICaseReport
    {
        delegate*<int, int> twice = Opaque.Of(1) == 1 ? &Twice : &Square.Squared;
        report.Check("function pointer"u8, 42, (ulong)twice(21));
        ulong sum = 0;
        for (int i = 0; i < 6; i++)
        {
            sum += Choose(Opaque.Of(i));
        }

        report.Check("switch"u8, 10 + 200 + 3000 + 40 + 500 + 6, sum);
    }

    private static int Twice(int value) => value * 2;

    private static ulong Choose(int value) => value switch
    {
        0 => 10,
        1 => 200,
        2 => 3000,
        3 => 40,
        4 => 500,
        _ => 6,
    };

    private readonly struct Triangle : IShape
    {
        public static int Sides => 3;

        public int Area(int scale) => 0;
    }

    private readonly struct Square(int side) : IShape
    {
        public static int Sides => 4;

        public static int Squared(int value) => value * value;

        public int Area(int scale) => side * side * scale;
    }

    private readonly struct Pair<T>(T first, T second)
        where T : struct
    {
        public T First { get; } = first;

        public T Second { get; } = second;
    }

    [InlineArray(10)]
    private struct Ten
    {
        private ushort _first;
    }
}
