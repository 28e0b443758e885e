// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Tool.Commands;

return await ToolCommand.RunAsync(args).ConfigureAwait(false);
