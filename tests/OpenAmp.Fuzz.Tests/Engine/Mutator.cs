// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace OpenAmp.Fuzz.Tests;

/// <summary>Makes new inputs out of known ones: bits, words, blocks and tokens anywhere, and numbers where the input's
/// shape has numbers.</summary>
internal sealed class Mutator
{
    private const int MaxSteps = 6;

    private readonly FuzzRandom _random;
    private readonly int _maxBytes;
    private readonly byte[][] _tokens;
    private readonly Func<byte[], byte[]>[] _steps;
    private IReadOnlyList<byte[]> _corpus = [];

    public Mutator(FuzzTarget target, FuzzRandom random)
    {
        _random = random;
        _maxBytes = target.MaxInputBytes;
        _tokens = [.. target.Tokens.Select(Encoding.Latin1.GetBytes)];
        _steps = [.. StepsFor(target.Shapes)];
    }

    /// <summary>Makes an input.</summary>
    /// <param name="parent">What it is made of; not changed.</param>
    /// <param name="corpus">Other inputs to take pieces from.</param>
    public byte[] Mutate(byte[] parent, IReadOnlyList<byte[]> corpus)
    {
        _corpus = corpus;
        byte[] input = (byte[])parent.Clone();
        int steps = _random.Length(MaxSteps);
        for (int i = 0; i < steps; i++)
        {
            input = _steps[_random.Below(_steps.Length)](input);
        }

        return input.Length <= _maxBytes ? input : input[.._maxBytes];
    }

    // A step that stands there several times is taken more often.
    private IEnumerable<Func<byte[], byte[]>> StepsFor(InputShapes shapes)
    {
        Func<byte[], byte[]>[] any = [FlipBit, SetByte, SetNumber, Insert, Remove, Repeat, Splice, Shorten, CopyWithin];
        IEnumerable<Func<byte[], byte[]>> steps = any;
        steps = _tokens.Length > 0 ? steps.Concat([PutToken, PutToken]) : steps;
        steps = shapes.HasFlag(InputShapes.Words) ? steps.Concat([SetWord, SetWord, SetWord, SwapWords]) : steps;
        steps = shapes.HasFlag(InputShapes.Elf) ? steps.Concat([SetField, SetField, SetField, SetField]) : steps;
        return shapes.HasFlag(InputShapes.Text) ? steps.Concat([SetDigits, SetDigits, PutToken, Nest]) : steps;
    }

    private byte[] FlipBit(byte[] input)
    {
        if (input.Length > 0)
        {
            input[_random.Below(input.Length)] ^= (byte)(1 << _random.Below(8));
        }

        return input;
    }

    private byte[] SetByte(byte[] input)
    {
        if (input.Length > 0)
        {
            input[_random.Below(input.Length)] = unchecked((byte)_random.Next64());
        }

        return input;
    }

    private byte[] SetNumber(byte[] input)
    {
        int width = 1 << _random.Below(4);
        if (input.Length >= width)
        {
            int at = _random.Below(input.Length - width + 1);
            ulong old = ElfInput.Read(input.AsSpan(at, width), isBigEndian: false);
            ElfInput.Write(input.AsSpan(at, width), Interesting(input.Length, old), _random.OneIn(4));
        }

        return input;
    }

    private byte[] SetWord(byte[] input)
    {
        int words = input.Length / sizeof(uint);
        if (words > 0)
        {
            Span<byte> word = input.AsSpan(sizeof(uint) * _random.Below(words), sizeof(uint));
            uint old = BinaryPrimitives.ReadUInt32LittleEndian(word);
            BinaryPrimitives.WriteUInt32LittleEndian(word, unchecked((uint)Interesting(input.Length, old)));
        }

        return input;
    }

    private byte[] SwapWords(byte[] input)
    {
        int words = input.Length / sizeof(uint);
        if (words > 1)
        {
            Span<byte> one = input.AsSpan(sizeof(uint) * _random.Below(words), sizeof(uint));
            Span<byte> other = input.AsSpan(sizeof(uint) * _random.Below(words), sizeof(uint));
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(one);
            other.CopyTo(one);
            BinaryPrimitives.WriteUInt32LittleEndian(other, word);
        }

        return input;
    }

    private byte[] SetField(byte[] input)
    {
        if (ElfInput.TryPickField(input, _random, out Range field, out bool isBigEndian))
        {
            Span<byte> bytes = input.AsSpan(field);
            ElfInput.Write(bytes, Interesting(input.Length, ElfInput.Read(bytes, isBigEndian)), isBigEndian);
        }

        return input;
    }

    private ulong Interesting(int inputBytes, ulong old) => unchecked(_random.Below(12) switch
    {
        0 => 0,
        1 => 1,
        2 => ulong.MaxValue,
        3 => uint.MaxValue,
        4 => old + 1,
        5 => old - 1,
        6 => (ulong)inputBytes + (ulong)_random.Below(5) - 2,
        7 => 1ul << _random.Below(64),
        8 => (1ul << _random.Below(64)) - 1,
        9 => (ulong)_random.Below(64),
        10 => (ulong)_random.Below(inputBytes + 1),
        _ => ulong.MaxValue - (ulong)_random.Below(inputBytes + 1),
    });

    private byte[] Insert(byte[] input)
    {
        byte[] block = new byte[_random.Length(64)];
        if (_random.OneIn(2))
        {
            foreach (ref byte item in block.AsSpan())
            {
                item = unchecked((byte)_random.Next64());
            }
        }

        return Put(input, block);
    }

    private byte[] Remove(byte[] input)
    {
        (int at, int length) = Block(input);
        return [.. input[..at], .. input[(at + length)..]];
    }

    private byte[] Repeat(byte[] input)
    {
        (int at, int length) = Block(input);
        return Put(input, input[at..(at + length)]);
    }

    private byte[] CopyWithin(byte[] input)
    {
        (int at, int length) = Block(input);
        input.AsSpan(at, length).CopyTo(input.AsSpan(_random.Below(input.Length - length + 1)));
        return input;
    }

    private byte[] Splice(byte[] input)
    {
        byte[] other = _corpus[_random.Below(_corpus.Count)];
        (int at, int length) = Block(other);
        return _random.OneIn(2)
            ? Put(input, other[at..(at + length)])
            : [.. input[.._random.Below(input.Length + 1)], .. other[at..]];
    }

    private byte[] Shorten(byte[] input)
        => _random.OneIn(4) ? input[.._random.Below(input.Length + 1)] : input;

    // Over what is there, or between.
    private byte[] PutToken(byte[] input)
    {
        byte[] token = _tokens[_random.Below(_tokens.Length)];
        if (input.Length < token.Length || _random.OneIn(2))
        {
            return Put(input, token);
        }

        token.CopyTo(input.AsSpan(_random.Below(input.Length - token.Length + 1)));
        return input;
    }

    private byte[] SetDigits(byte[] input)
    {
        int at = _random.Below(input.Length + 1);
        while (at < input.Length && !char.IsAsciiHexDigit((char)input[at]))
        {
            at++;
        }

        int end = at;
        while (end < input.Length && char.IsAsciiHexDigit((char)input[end]))
        {
            end++;
        }

        ulong number = Interesting(input.Length, (ulong)_random.Below(1 << 16));
        string text = _random.Below(4) switch
        {
            0 => $"\"0x{number:x}\"",
            1 => unchecked((long)number).ToString(System.Globalization.CultureInfo.InvariantCulture),
            2 => $"{number & 0xffff}",
            _ => $"{number}",
        };
        return [.. input[..at], .. Encoding.ASCII.GetBytes(text), .. input[end..]];
    }

    private byte[] Nest(byte[] input)
    {
        int depth = 1 << _random.Below(8);
        (int at, int length) = Block(input);
        byte[] open = [.. Enumerable.Repeat(_random.OneIn(2) ? (byte)'[' : (byte)'{', depth)];
        return [.. input[..at], .. open, .. input[at..(at + length)], .. input[(at + length)..]];
    }

    private (int At, int Length) Block(byte[] input)
    {
        int length = input.Length == 0 ? 0 : _random.Length(input.Length);
        return (_random.Below(input.Length - length + 1), length);
    }

    private byte[] Put(byte[] input, byte[] block)
    {
        int at = _random.Below(input.Length + 1);
        return [.. input[..at], .. block, .. input[at..]];
    }
}
