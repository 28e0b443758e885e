// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>What came of a write into one of the kernel's files.</summary>
/// <param name="Call">The call that ended it: open or write.</param>
/// <param name="WrittenBytes">How many bytes the kernel says it took.</param>
/// <param name="Errno">Its error number; 0 when there was none.</param>
internal readonly record struct KernelStoreResult(string Call, int WrittenBytes, int Errno)
{
    public bool IsDenied => Errno is Linux.Errno.EACCES or Linux.Errno.EPERM or Linux.Errno.EROFS;
}
