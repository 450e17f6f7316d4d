"""后台任务: what happens without anybody clicking."""
