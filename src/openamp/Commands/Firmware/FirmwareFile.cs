// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>A file that a firmware command was given, told apart by its first bytes, and read whole.</summary>
internal sealed class FirmwareFile
{
    private FirmwareFile(string path, byte[] bytes, FirmwareFileKind kind)
    {
        Path = path;
        Bytes = bytes;
        Kind = kind;
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>All of it.</summary>
    public byte[] Bytes { get; }

    /// <summary>What it is.</summary>
    public FirmwareFileKind Kind { get; }

    /// <summary>Its parts when it is signed.</summary>
    public SignedFirmware? Signed { get; private init; }

    /// <summary>The ELF files that it is or holds; none when it is a table.</summary>
    public IReadOnlyList<FirmwarePart> Parts { get; private set; } = [];

    /// <summary>Reads a file and the headers of what is in it.</summary>
    /// <exception cref="System.IO.IOException">It cannot be read.</exception>
    /// <exception cref="FirmwareException">It is none of the kinds, or malformed; the message names the file, the
    /// offset and the rule.</exception>
    public static async ValueTask<FirmwareFile> OpenAsync(string path, CancellationToken cancellationToken)
    {
        byte[] bytes = InputFile.Read(path);
        FirmwareFileKind kind = KindOf(path, bytes);
        try
        {
            SignedFirmware? signed = kind == FirmwareFileKind.Signed ? SignedFirmware.Parse(bytes) : null;
            var file = new FirmwareFile(path, bytes, kind) { Signed = signed };
            file.Parts = await PartsOfAsync(file, cancellationToken).ConfigureAwait(false);
            return file;
        }
        catch (Exception exception) when (exception is ElfException or FirmwareAuthenticationException)
        {
            throw new FirmwareException($"'{path}' is malformed: {exception.Message}", exception);
        }
    }

    /// <summary>The only ELF file of it.</summary>
    /// <exception cref="FirmwareException">It is a table, or holds several.</exception>
    public FirmwarePart OnlyPart => Parts.Count == 1
        ? Parts[0]
        : throw new FirmwareException(Parts.Count == 0
            ? $"'{Path}' is a resource table alone; expected an ELF file or signed firmware"
            : $"'{Path}' holds {Parts.Count} images; expected one: take the one you mean out of it with 'openamp "
                + "firmware verify --image'");

    /// <summary>The bytes of the resource table: of an ELF file, as they are, or as the document lays them out.
    /// </summary>
    /// <exception cref="FirmwareException">There is none, or it cannot be read.</exception>
    public ReadOnlyMemory<byte> TableBytes() => Kind switch
    {
        FirmwareFileKind.Table => Bytes,
        FirmwareFileKind.Document => LayOut(),
        _ => OnlyPart.Table.RequireBytes(Path),
    };

    private static FirmwareFileKind KindOf(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("\x7f"u8 + "ELF"u8))
        {
            return FirmwareFileKind.Elf;
        }

        if (SignedFirmware.HasMagic(bytes))
        {
            return FirmwareFileKind.Signed;
        }

        ReadOnlySpan<byte> text = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        text = text.TrimStart(" \t\r\n"u8);
        if (text.StartsWith("{"u8) || text.StartsWith("/"u8))
        {
            return FirmwareFileKind.Document;
        }

        if (bytes.Length >= 4 && bytes[0] is 1 or 2 && bytes[1..4].SequenceEqual("\0\0\0"u8))
        {
            return FirmwareFileKind.Table;
        }

        string found = bytes.IsEmpty ? "an empty file" : Quantity.Pairs(bytes[..Math.Min(4, bytes.Length)]);
        throw new FirmwareException($"'{path}' is no firmware: at offset 0x0 expected 7f 45 4c 46 (ELF), 68 a4 43 35 "
            + $"(signed firmware), 01 00 00 00 or 02 00 00 00 (resource table) or {{ (its JSON), found {found}");
    }

    private static async ValueTask<IReadOnlyList<FirmwarePart>> PartsOfAsync(
        FirmwareFile file, CancellationToken cancellationToken)
    {
        if (file.Kind == FirmwareFileKind.Elf)
        {
            return [await FirmwarePart.ReadAsync(file.Path, 0, file.Bytes, cancellationToken).ConfigureAwait(false)];
        }

        var parts = new List<FirmwarePart>();
        foreach (SignedFirmwareImage image in file.Signed?.Images ?? [])
        {
            parts.Add(await FirmwarePart.ReadAsync(file.Path, image.OffsetBytes, image.Content, cancellationToken)
                .ConfigureAwait(false));
        }

        return parts;
    }

    private byte[] LayOut()
    {
        try
        {
            return ResourceTableDocument.Parse(Bytes).ToBytes();
        }
        catch (ResourceTableException exception)
        {
            throw new FirmwareException($"'{Path}': {exception.Message}", exception);
        }
    }
}
