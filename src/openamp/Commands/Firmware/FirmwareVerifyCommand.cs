// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>The command <c>firmware verify</c>.</summary>
internal sealed class FirmwareVerifyCommand : FileCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "The signed firmware." };

    private readonly Option<string[]> _keys = new("--key")
    {
        Description = "A public key that is trusted, PEM; once for each key.",
        HelpName = "PUB.pem",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _wholeImage = new("--require-whole-image")
    {
        Description = "Refuse firmware whose signature does not cover every byte of its images.",
    };

    private readonly Option<bool> _noEntryPoint = new("--allow-no-entry-point")
    {
        Description = "Accept an image without an entry point: for processors that start at a fixed vector.",
    };

    private readonly Option<int?> _image = new("--image")
    {
        Description = "Which image to write, from 0, when there are several.",
        HelpName = "INDEX",
    };

    private readonly OutputFile _output = new(
        "Where to write the image once it is verified; it may end in up to 7 bytes of zeros.", isRequired: false);

    public FirmwareVerifyCommand()
        : base(
            "verify",
            "Verifies signed firmware with the public keys that you trust: the exit code is 0 only if every check is "
            + "passed. Example: openamp firmware verify firmware.sign --key pub.pem -o firmware.elf")
    {
        Arguments.Add(_file);
        Options.Add(_keys);
        Options.Add(_wholeImage);
        Options.Add(_noEntryPoint);
        Options.Add(_image);
        _output.AddTo(this);
        AddCommonOptions();
    }

    protected override ValueTask<RunResult> WorkAsync(
        ParseResult line, string path, CancellationToken cancellationToken)
    {
        if (_output.PathOf(line) is not null)
        {
            _output.ThrowIfTaken(line);
        }

        string file = line.GetRequiredValue(_file);
        FirmwareVerification verified = Verify(line, file);
        string? written = _output.PathOf(line) is null
            ? null : _output.Write(line, ImageOf(line, file, verified).Span);
        Write(Report(path, file, verified, written), IsJson(line));
        return ValueTask.FromResult(RunResult.Ok);
    }

    private FirmwareVerification Verify(ParseResult line, string file)
    {
        var options = new OpteeVerifierOptions
        {
            RequireWholeImageHash = line.GetValue(_wholeImage),
            AllowNoEntryPoint = line.GetValue(_noEntryPoint),
        };
        var verifier = new OpteeFirmwareVerifier(
            line.GetRequiredValue(_keys).Select(FirmwarePublicKey.ReadPemFile), options);
        try
        {
            return verifier.VerifyInPlace(InputFile.Read(file));
        }
        catch (FirmwareAuthenticationException exception)
        {
            throw new FirmwareException($"'{file}': {exception.Message}", exception);
        }
    }

    private ReadOnlyMemory<byte> ImageOf(ParseResult line, string file, FirmwareVerification verified)
    {
        int count = verified.Images.Count;
        int? index = line.GetValue(_image) ?? (count == 1 ? 0 : null);
        return index is >= 0 && index < count
            ? verified.Images[index.Value]
            : throw new FirmwareException(
                $"'{file}' holds {count} images; say which to write with --image 0 to {count - 1}");
    }

    private static VerificationReport Report(
        string path, string file, FirmwareVerification verified, string? written) => new()
        {
            Command = path,
            File = file,
            Key = verified.Key.Name,
            KeyKind = $"{verified.Key}",
            KeyFingerprint = verified.Key.Fingerprint,
            ContentDigest = verified.ContentDigest,
            CoversWholeImages = verified.IsWholeImageSigned,
            ImageBytes = [.. verified.Images.Select(image => (long)image.Length)],
            Output = written,
            Result = new RunOutcome(RunResult.Ok).Word,
        };

    private static void Write(VerificationReport report, bool isJson)
    {
        if (isJson)
        {
            Screen.Line(JsonSerializer.Serialize(report, FileReportJson.Default.VerificationReport));
            return;
        }

        Screen.Line($"{SafeText.Of(report.File)}: verified");
        Screen.Fact("key", SafeText.Of(report.Key));
        Screen.Fact("fingerprint", report.KeyFingerprint);
        Screen.Fact("digest", report.ContentDigest);
        Screen.Fact("images", string.Join(", ", report.ImageBytes.Select(bytes => Quantity.Bytes((ulong)bytes))));
        Screen.Fact("signed", report.CoversWholeImages ? "every byte of the images" : "what is loaded of the images");
        if (report.Output is { } output)
        {
            Screen.Fact("written", SafeText.Of(output));
        }
    }
}
