// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>The command <c>firmware sign</c>.</summary>
internal sealed class FirmwareSignCommand : FileCommand
{
    private const int MaxSmallFileBytes = 64 << 10;
    private const string BytesPrefix = "hex:";

    private readonly Argument<string[]> _images = new("ELF")
    {
        Description = "The ELF files, in the order in which they are to be loaded.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _key = new("--key")
    {
        Description = "The private key, PEM: RSA of 2048 bits or more, or ECDSA P-256.",
        HelpName = "KEY.pem",
        Required = true,
    };

    private readonly Option<string?> _password = new("--password-file")
    {
        Description = "A file whose first line is the password of an encrypted key.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _keyInformation = new("--key-info")
    {
        Description = "A file with what the platform needs to find the key (PKEYINFO).",
        HelpName = "FILE",
    };

    private readonly Option<FirmwarePlatformTlv[]> _tlvs = new("--platform-tlv")
    {
        Description = "A TLV for the platform, type 0x10000 to 0x1ffff; once for each. VALUE is a text, a number of 32 "
            + "bits after 0x, or bytes after hex: (0x10001=hex:01ff).",
        HelpName = "TYPE=VALUE",
        DefaultValueFactory = _ => [],
        CustomParser = ReadTlvs,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _segmentsOnly = new("--segments-only")
    {
        Description = "Sign what is loaded and not the whole images: byte for byte what the script of OP-TEE writes.",
    };

    private readonly OutputFile _output = new("Where to write the signed firmware.");

    public FirmwareSignCommand()
        : base(
            "sign",
            "Packs ELF files and a signature into one file, in the format that OP-TEE loads, and verifies the outcome. "
            + "Example: openamp firmware sign firmware.elf --key key.pem -o firmware.sign")
    {
        Arguments.Add(_images);
        Options.Add(_key);
        Options.Add(_password);
        Options.Add(_keyInformation);
        Options.Add(_tlvs);
        Options.Add(_segmentsOnly);
        _output.AddTo(this);
        AddCommonOptions();
    }

    protected override ValueTask<RunResult> WorkAsync(
        ParseResult line, string path, CancellationToken cancellationToken)
    {
        _output.ThrowIfTaken(line);
        string[] paths = line.GetRequiredValue(_images);
        IReadOnlyList<ReadOnlyMemory<byte>> images = [.. paths.Select(ReadElf)];
        using var key = FirmwareSigningKey.ReadPemFile(line.GetRequiredValue(_key), PasswordOf(line));
        byte[] signed = Sign(line, paths, images, key);
        string content = "signed firmware with " + Quantity.Count(images.Count, "image", "images");
        WrittenReport.Write(path, _output.Write(line, signed), signed.Length, content, IsJson(line));
        if (!IsJson(line))
        {
            Screen.Fact("key", key.PublicKey.ToString().Split(' ')[0]);
            Screen.Fact("fingerprint", key.PublicKey.Fingerprint);
        }

        return ValueTask.FromResult(RunResult.Ok);
    }

    private byte[] Sign(
        ParseResult line, string[] paths, IReadOnlyList<ReadOnlyMemory<byte>> images, FirmwareSigningKey key)
    {
        var options = new FirmwareSigningOptions
        {
            KeyInformation = line.GetValue(_keyInformation) is { } file
                ? InputFile.Read(file, MaxSmallFileBytes) : (ReadOnlyMemory<byte>?)null,
            PlatformTlvs = line.GetValue(_tlvs) ?? [],
            IncludeImageDigests = !line.GetValue(_segmentsOnly),
        };
        try
        {
            return FirmwareSigner.Sign(images, key, options);
        }
        catch (Exception exception) when (exception is ArgumentException or FirmwareAuthenticationException)
        {
            throw new FirmwareException(
                $"cannot sign '{string.Join("', '", paths)}': {Notice.OneLine(exception)}", exception);
        }
    }

    private static ReadOnlyMemory<byte> ReadElf(string path)
    {
        byte[] bytes = InputFile.Read(path);
        if (SignedFirmware.HasMagic(bytes))
        {
            throw new FirmwareException(
                $"'{path}' is signed already; take the ELF file out of it with 'openamp firmware verify -o'");
        }

        return ElfImage.TryParse(bytes, out _, out ElfFault fault)
            ? bytes
            : throw new FirmwareException($"'{path}' is no ELF file that can be signed: {fault}");
    }

    private string? PasswordOf(ParseResult line)
    {
        if (line.GetValue(_password) is not { } path)
        {
            return null;
        }

        using var reader = new StreamReader(new MemoryStream(InputFile.Read(path, MaxSmallFileBytes)), Encoding.UTF8);
        return reader.ReadLine() ?? "";
    }

    private static FirmwarePlatformTlv[] ReadTlvs(ArgumentResult result)
    {
        var tlvs = new List<FirmwarePlatformTlv>();
        foreach (string text in result.Tokens.Select(token => token.Value))
        {
            try
            {
                tlvs.Add(ReadTlv(text));
            }
            catch (FormatException exception)
            {
                result.AddError($"--platform-tlv '{text}': {exception.Message}");
            }
        }

        return [.. tlvs];
    }

    private static FirmwarePlatformTlv ReadTlv(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            throw new FormatException("expected TYPE=VALUE, such as 0x10001=7.");
        }

        string type = text[..equals];
        string value = text[(equals + 1)..];
        return value.StartsWith(BytesPrefix, StringComparison.Ordinal)
            ? FirmwarePlatformTlv.Parse(type, "") with { Value = Convert.FromHexString(value[BytesPrefix.Length..]) }
            : FirmwarePlatformTlv.Parse(type, value);
    }
}
